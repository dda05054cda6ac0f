/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ivr-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Memory of the whole program; what a page or an image of the size that is shown needs, several times over. */
#define MOST_MEMORY (1024ul * 1024 * 1024)
#define FIRST_FREE_FD 4

/* The address sanitizer needs terabytes of addresses and calls of its own; a program that is built with it decodes only
 * what tests give it. */
#ifdef __SANITIZE_ADDRESS__
#define IS_OPEN TRUE
#else
#define IS_OPEN FALSE
#endif

/* What reading fonts, drawing and answering need. Whatever else a document makes the program ask for is refused. */
static const int allowed[] = {
  SCMP_SYS (read), SCMP_SYS (readv), SCMP_SYS (pread64), SCMP_SYS (write), SCMP_SYS (writev), SCMP_SYS (close), SCMP_SYS (lseek),
  SCMP_SYS (munmap), SCMP_SYS (mremap), SCMP_SYS (madvise), SCMP_SYS (brk),
  SCMP_SYS (fstat), SCMP_SYS (stat), SCMP_SYS (lstat), SCMP_SYS (newfstatat), SCMP_SYS (statx), SCMP_SYS (statfs), SCMP_SYS (fstatfs),
  SCMP_SYS (access), SCMP_SYS (faccessat), SCMP_SYS (faccessat2), SCMP_SYS (readlink), SCMP_SYS (readlinkat), SCMP_SYS (getcwd),
  SCMP_SYS (getdents64), SCMP_SYS (fcntl), SCMP_SYS (fadvise64),
  SCMP_SYS (futex), SCMP_SYS (sched_yield), SCMP_SYS (sched_getaffinity), SCMP_SYS (getcpu),
  SCMP_SYS (clock_gettime), SCMP_SYS (clock_nanosleep), SCMP_SYS (nanosleep), SCMP_SYS (gettimeofday), SCMP_SYS (time),
  SCMP_SYS (getrandom), SCMP_SYS (getpid), SCMP_SYS (gettid), SCMP_SYS (getuid), SCMP_SYS (geteuid), SCMP_SYS (getgid), SCMP_SYS (getegid),
  SCMP_SYS (getrusage), SCMP_SYS (sysinfo), SCMP_SYS (uname), SCMP_SYS (poll), SCMP_SYS (ppoll),
  SCMP_SYS (rt_sigaction), SCMP_SYS (rt_sigprocmask), SCMP_SYS (rt_sigreturn), SCMP_SYS (restart_syscall), SCMP_SYS (sigaltstack),
  SCMP_SYS (exit), SCMP_SYS (exit_group),
};

/* Fonts, their settings, the tables of poppler and the loaders of images. No home, no settings of the system. */
static const char * const readable[] = {
  "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig", "/usr/share/poppler",
  "/usr/lib", "/lib", "/lib64", "/app/lib", "/app/share", "/run/host/fonts", "/etc/ld.so.cache",
  "/usr/share/mime", "/usr/share/locale", "/usr/share/X11",
};

/**
 * ivr_sandbox_begin:
 *
 * What has to be done first, while there is one thread: the program dies with its parent, has no descriptor but its four,
 * no environment, and where the system allows it no network and no view of other processes.
 */
void
ivr_sandbox_begin (void)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  close_range (FIRST_FREE_FD, ~0u, 0);
  clearenv ();
  setenv ("LC_ALL", "C.UTF-8", 1);
  setenv ("HOME", "/nonexistent", 1);
  /* Refused in some containers; the filter below refuses sockets in any case. */
  if (unshare (CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
    unshare (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS);
}

static gboolean
limit (int     resource,
       rlim_t  most)
{
  struct rlimit limits = { most, most };

  return setrlimit ((__rlimit_resource_t) resource, &limits) == 0;
}

/**
 * ivr_sandbox_allow_time:
 * @seconds: of the processor, from now on
 *
 * Whatever takes longer ends the program.
 */
void
ivr_sandbox_allow_time (guint seconds)
{
  struct rusage usage;
  struct rlimit limits;

  getrusage (RUSAGE_SELF, &usage);
  getrlimit (RLIMIT_CPU, &limits);
  limits.rlim_cur = (rlim_t) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1) + seconds;
  setrlimit (RLIMIT_CPU, &limits);
}

/* Files: where the kernel knows it (5.13 and newer, when it is switched on), only what is listed can be opened at all. */
static void
close_files (void)
{
  struct landlock_ruleset_attr every = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
  int rules = (int) syscall (SYS_landlock_create_ruleset, &every, sizeof every, 0);

  if (rules < 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (readable); i++)
    {
      struct landlock_path_beneath_attr below = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR };
      struct stat found;

      below.parent_fd = open (readable[i], O_PATH | O_CLOEXEC);
      if (below.parent_fd < 0)
        continue;
      if (fstat (below.parent_fd, &found) == 0 && !S_ISDIR (found.st_mode))
        below.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
      syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
      close (below.parent_fd);
    }
  syscall (SYS_landlock_restrict_self, rules, 0);
  close (rules);
}

static gboolean
close_calls (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  gboolean done = filter != NULL;

  for (gsize i = 0; done && i < G_N_ELEMENTS (allowed); i++)
    done = seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
  /* Opened only to be read; no memory that can be run is added; limits and signals only its own. */
  done = done && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
                                   SCMP_A2 (SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0;
  done = done && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (open), 1,
                                   SCMP_A1 (SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0;
  done = done && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  done = done && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  done = done && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (prlimit64), 1, SCMP_A0 (SCMP_CMP_EQ, 0)) == 0;
  done = done && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) getpid ())) == 0;
  done = done && seccomp_load (filter) == 0;
  if (filter != NULL)
    seccomp_release (filter);
  return done;
}

/**
 * ivr_sandbox_enter:
 * @why: (out) (transfer full): what could not be closed
 *
 * From here on the program reads fonts and its document and writes answers, and nothing else: no network, no other
 * program, no file written, no more than a gigabyte of memory. There is no way back.
 *
 * Returns: whether it is closed; a program that is not must not look at a document
 */
gboolean
ivr_sandbox_enter (char **why)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl (PR_SET_DUMPABLE, 0) != 0)
    *why = g_strdup ("privileges");
  else if ((!IS_OPEN && !limit (RLIMIT_AS, MOST_MEMORY)) || !limit (RLIMIT_FSIZE, 0) || !limit (RLIMIT_CORE, 0) || !limit (RLIMIT_NOFILE, 64))
    *why = g_strdup ("limits");
  else
    {
      if (IS_OPEN)
        return TRUE;
      close_files ();
      if (close_calls ())
        return TRUE;
      *why = g_strdup ("system calls");
    }
  return FALSE;
}
