/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that has taken the decoder over tries what it would try. */
#include "ivr-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef gboolean (*Attempt) (void);

static gboolean
network (void)
{
  return socket (AF_INET, SOCK_STREAM, 0) >= 0 || socket (AF_UNIX, SOCK_STREAM, 0) >= 0 || socket (AF_NETLINK, SOCK_RAW, 0) >= 0;
}

static gboolean
other_program (void)
{
  pid_t child = fork ();

  if (child == 0)
    _exit (0);
  execl ("/bin/true", "true", NULL);
  return child > 0;
}

static gboolean
write_file (void)
{
  return open ("/tmp/ivr-sandbox-test", O_WRONLY | O_CREAT, 0600) >= 0 || open ("/dev/null", O_WRONLY) >= 0 || open ("/dev/null", O_RDWR) >= 0 ||
         mkdir ("/tmp/ivr-sandbox-test-folder", 0700) == 0 || unlink ("/tmp/ivr-sandbox-test-there") == 0 || rename ("/tmp/a", "/tmp/b") == 0;
}

static gboolean
signal_others (void)
{
  return kill (getppid (), 0) == 0 || kill (1, 0) == 0;
}

static gboolean
look_into_others (void)
{
  char byte;
  struct iovec here = { &byte, 1 };
  struct iovec there = { &byte, 1 };

  return process_vm_readv (getppid (), &here, 1, &there, 1, 0) == 1;
}

static gboolean
run_memory (void)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ||
         (page != MAP_FAILED && mprotect (page, 4096, PROT_READ | PROT_EXEC) == 0);
}

static gboolean
much_memory (void)
{
  return mmap (NULL, 1100ul * 1024 * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static gboolean
lift_limits (void)
{
  struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };

  setrlimit (RLIMIT_AS, &more);
  setrlimit (RLIMIT_FSIZE, &more);
  return much_memory ();
}

static gboolean
environment (void)
{
  return g_getenv ("IVR_BUILDDIR") != NULL || g_getenv ("PGPASSWORD") != NULL || g_strcmp0 (g_getenv ("HOME"), "/nonexistent") != 0;
}

static gboolean
descriptors (void)
{
  for (int fd = 4; fd < 64; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      return TRUE;
  return FALSE;
}

static const struct
{
  const char *name;
  Attempt attempt;
} attempts[] = {
  { "network", network },         { "another program", other_program },       { "write a file", write_file },
  { "signal others", signal_others }, { "look into others", look_into_others }, { "run memory", run_memory },
  { "much memory", much_memory }, { "lift limits", lift_limits },             { "environment", environment },
  { "descriptors", descriptors },
};

/* Returns what the child says: 1 when it got through. */
static int
in_sandbox (Attempt attempt)
{
  pid_t child = fork ();
  int status = 0;

  if (child == 0)
    {
      g_autofree char *why = NULL;

      ivr_sandbox_begin ();
      if (!ivr_sandbox_enter (&why))
        _exit (7);
      _exit (attempt () ? 1 : 0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 100 + WTERMSIG (status);
}

static void
test_attempts (void)
{
  int there = open ("/tmp/ivr-sandbox-test-there", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  close (there);
  g_setenv ("PGPASSWORD", "not for others", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_test_message ("%s", attempts[i].name);
#ifdef __SANITIZE_ADDRESS__
      /* A program with the sanitizer in it is not closed; it only has to come up. */
      g_assert_cmpint (in_sandbox (attempts[i].attempt), !=, 7);
#else
      g_assert_cmpint (in_sandbox (attempts[i].attempt), ==, 0);
#endif
    }
  unlink ("/tmp/ivr-sandbox-test-there");
}

/* What it needs is still there. */
static gboolean
needs (void)
{
  void *memory = g_try_malloc (200 * 1024 * 1024);
  int fonts = open ("/usr/share/fonts", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return memory == NULL || fonts < 0 || access ("/usr/share/fonts", R_OK) != 0;
}

static void
test_needs (void)
{
  g_assert_cmpint (in_sandbox (needs), ==, 0);
}

static gboolean
endless (void)
{
  ivr_sandbox_allow_time (1);
  for (volatile guint64 i = 0;; i++)
    ;
  return TRUE;
}

static void
test_time (void)
{
  g_assert_cmpint (in_sandbox (endless), ==, 100 + SIGXCPU);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/attempts", test_attempts);
  g_test_add_func ("/sandbox/needs", test_needs);
  g_test_add_func ("/sandbox/time", test_time);
  return g_test_run ();
}
