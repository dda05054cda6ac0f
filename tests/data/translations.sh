#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every text for people is marked, collected and translated. Usage: translations.sh SOURCE
source=$1
cd "$source" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

report() { # NAME COMPLAINTS
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    echo "$2" | sed 's/^/# /'
    echo "not ok $n - $1"
  fi
}

# As meson's "glib" preset collects them.
xgettext --package-name=ivr-desk --from-code=UTF-8 --add-comments --files-from=po/POTFILES --output="$work/all.pot" \
  --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=g_dcgettext:2 --keyword=g_dngettext:2,3 \
  --keyword=g_dpgettext2:2c,3 --flag=N_:1:pass-c-format --flag=C_:2:pass-c-format --flag=NC_:2:pass-c-format \
  --flag=g_dngettext:2:pass-c-format --flag=g_strdup_printf:1:c-format --flag=g_string_printf:2:c-format \
  --flag=g_string_append_printf:2:c-format --flag=g_error_new:3:c-format --flag=g_set_error:4:c-format 2>"$work/said"
report "all files with text can be read" "$(grep -v -i 'warning' "$work/said")"

for language in $(grep -v '^#' po/LINGUAS); do
  report "$language is well-formed" "$(msgfmt --check --output-file=/dev/null "po/$language.po" 2>&1 | grep -v '^po/.*header field')"
  report "$language is complete" "$(msgcmp "po/$language.po" "$work/all.pot" 2>&1 | head -40)"
  report "nothing in $language is a guess" "$(msgattrib --only-fuzzy --no-obsolete "po/$language.po" | grep '^msgid' | head)"
done

# Text that a person would see, and that nobody can translate.
unmarked_in_code() {
  grep -nE '(gtk_label_new|gtk_button_new_with_label|gtk_button_new_with_mnemonic|gtk_label_set_(label|text)|gtk_window_set_title|adw_toast_new|gtk_widget_set_tooltip_text|adw_preferences_row_set_title|adw_action_row_set_subtitle|adw_status_page_set_(title|description)|ivr_format_name|gtk_entry_set_placeholder_text) \([^"]*"[^"]*[A-Za-z]{2}[^"]*"' \
    $(git ls-files 'src/desk/*.c' 2>/dev/null || find src/desk -name '*.c') | grep -vE '_\("|_\(N?|ngettext|"%|g_strdup|ivr_format_member'
}
unmarked_in_templates() {
  grep -nE '<property name="(label|title|subtitle|description|tooltip-text|placeholder-text|text)">[^<]*[A-Za-z]{2}' data/ui/*.ui |
    grep -v 'translatable="yes"'
}
report "no text in the code is unmarked" "$(unmarked_in_code)"
report "no text in the templates is unmarked" "$(unmarked_in_templates)"
echo "1..$n"
