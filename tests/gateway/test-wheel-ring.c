/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ivr-ring.h"
#include "ivr-wheel.h"

#define ROUNDS 200000
#define N 64

typedef struct
{
  IvrWheelEntry entry;
  gint64 due;   /* 0: not set */
  guint fired;
} Item;

typedef struct
{
  IvrWheel *wheel;
  Item items[N];
  gint64 now;
  guint fired;
  guint again;     /* how often a fired one is set anew at once */
  Item *to_clear;  /* cleared by the next that fires */
} Model;

static Item *
item_of (IvrWheelEntry *entry)
{
  return (Item *) ((char *) entry - G_STRUCT_OFFSET (Item, entry));
}

static void
on_due (IvrWheelEntry *entry,
        gpointer       data)
{
  Model *model = data;
  Item *item = item_of (entry);

  g_assert_cmpint (item->due, !=, 0);
  g_assert_cmpint (item->due, <=, model->now);
  item->due = 0;
  item->fired++;
  model->fired++;
  if (model->to_clear != NULL)
    {
      ivr_wheel_clear (model->wheel, &model->to_clear->entry);
      model->to_clear->due = 0;
      model->to_clear = NULL;
    }
  if (model->again > 0)
    {
      model->again--;
      item->due = model->now;
      ivr_wheel_set (model->wheel, entry, model->now);
    }
}

static void
set (Model  *model,
     guint   i,
     gint64  due)
{
  model->items[i].due = due;
  ivr_wheel_set (model->wheel, &model->items[i].entry, due);
}

static void
advance (Model  *model,
         gint64  now)
{
  model->now = now;
  ivr_wheel_advance (model->wheel, now);
}

static void
test_order (void)
{
  Model model = { NULL };
  g_autoptr(IvrWheel) wheel = model.wheel = ivr_wheel_new (1000, on_due, &model);

  set (&model, 0, 1500);
  set (&model, 1, 1501);
  set (&model, 2, 100000); /* more than once around */
  set (&model, 3, 600000);
  g_assert_cmpuint (ivr_wheel_get_n (wheel), ==, 4);
  advance (&model, 1499);
  g_assert_cmpuint (model.fired, ==, 0);
  advance (&model, 1500);
  g_assert_cmpuint (model.items[0].fired, ==, 1);
  g_assert_cmpuint (model.items[1].fired, ==, 0);
  advance (&model, 1600);
  g_assert_cmpuint (model.items[1].fired, ==, 1);
  for (gint64 now = 1600; now < 100000; now += 100)
    advance (&model, now);
  g_assert_cmpuint (model.items[2].fired, ==, 0);
  advance (&model, 100000);
  g_assert_cmpuint (model.items[2].fired, ==, 1);
  /* After a long sleep of the machine everything that is due comes, once. */
  advance (&model, 10000000);
  g_assert_cmpuint (model.items[3].fired, ==, 1);
  g_assert_cmpuint (ivr_wheel_get_n (wheel), ==, 0);
}

static void
test_move_and_clear (void)
{
  Model model = { NULL };
  g_autoptr(IvrWheel) wheel = model.wheel = ivr_wheel_new (0, on_due, &model);

  set (&model, 0, 200);
  set (&model, 0, 900);
  set (&model, 1, 200);
  ivr_wheel_clear (wheel, &model.items[1].entry);
  ivr_wheel_clear (wheel, &model.items[1].entry);
  g_assert_cmpuint (ivr_wheel_get_n (wheel), ==, 1);
  advance (&model, 800);
  g_assert_cmpuint (model.fired, ==, 0);
  advance (&model, 900);
  g_assert_cmpuint (model.items[0].fired, ==, 1);
  g_assert_cmpuint (model.items[1].fired, ==, 0);
}

static void
test_from_callback (void)
{
  Model model = { NULL };
  g_autoptr(IvrWheel) wheel = model.wheel = ivr_wheel_new (0, on_due, &model);

  /* What is set for the past comes with the next tick, not in an endless round. */
  model.again = 3;
  set (&model, 0, 100);
  advance (&model, 100);
  g_assert_cmpuint (model.items[0].fired, ==, 1);
  for (gint64 now = 200; now <= 500; now += 100)
    advance (&model, now);
  g_assert_cmpuint (model.items[0].fired, ==, 4);
  /* Of two that come together the first may clear the second. */
  set (&model, 1, 1000);
  set (&model, 2, 1000);
  model.to_clear = &model.items[2];
  advance (&model, 1000);
  g_assert_cmpuint (model.items[1].fired, ==, 1);
  g_assert_cmpuint (model.items[2].fired, ==, 0);
  g_assert_cmpuint (ivr_wheel_get_n (wheel), ==, 0);
}

/* Against a list that is searched from end to end. */
static void
test_wheel_fuzz (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (25);
  Model model = { NULL };
  g_autoptr(IvrWheel) wheel = model.wheel = ivr_wheel_new (0, on_due, &model);
  gint64 now = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      guint i = (guint) g_rand_int_range (rand, 0, N);
      guint n = 0;

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
        case 1:
          set (&model, i, now + g_rand_int_range (rand, 1, g_rand_boolean (rand) ? 2000 : 200000));
          break;
        case 2:
          ivr_wheel_clear (wheel, &model.items[i].entry);
          model.items[i].due = 0;
          break;
        default:
          now += g_rand_int_range (rand, 0, round % 1000 == 0 ? 100000 : 500);
          advance (&model, now);
          for (guint j = 0; j < N; j++)
            g_assert_true (model.items[j].due == 0
                           || model.items[j].due > now / IVR_WHEEL_TICK_MS * IVR_WHEEL_TICK_MS);
          break;
        }
      for (guint j = 0; j < N; j++)
        n += model.items[j].due != 0;
      g_assert_cmpuint (ivr_wheel_get_n (wheel), ==, n);
    }
  g_assert_cmpuint (model.fired, >, 1000);
}

static GBytes *
make_frame (gint64 seq)
{
  return g_bytes_new (&seq, sizeof seq);
}

static void
check_frame (IvrRing *ring,
             gint64   seq)
{
  GBytes *frame = ivr_ring_peek (ring, seq);

  g_assert_nonnull (frame);
  g_assert_cmpint (*(const gint64 *) g_bytes_get_data (frame, NULL), ==, seq);
}

static gboolean
push (IvrRing *ring,
      gint64   seq)
{
  g_autoptr(GBytes) frame = make_frame (seq);

  return ivr_ring_push (ring, seq, frame);
}

static void
test_ring (void)
{
  g_autoptr(IvrRing) ring = ivr_ring_new ("org", 41);

  g_assert_cmpstr (ivr_ring_get_org (ring), ==, "org");
  g_assert_cmpint (ivr_ring_get_head (ring), ==, 41);
  g_assert_cmpint (ivr_ring_get_first (ring), ==, 42);
  g_assert_null (ivr_ring_peek (ring, 41));
  g_assert_null (ivr_ring_peek (ring, 42));
  g_assert_false (push (ring, 41));
  g_assert_false (push (ring, 43));
  for (gint64 seq = 42; seq < 42 + IVR_RING_SIZE; seq++)
    g_assert_true (push (ring, seq));
  g_assert_cmpint (ivr_ring_get_first (ring), ==, 42);
  check_frame (ring, 42);
  check_frame (ring, 41 + IVR_RING_SIZE);
  g_assert_true (push (ring, 42 + IVR_RING_SIZE));
  g_assert_cmpint (ivr_ring_get_first (ring), ==, 43);
  g_assert_null (ivr_ring_peek (ring, 42));
  check_frame (ring, 43);
  check_frame (ring, 42 + IVR_RING_SIZE);
  ivr_ring_reset (ring, 7);
  g_assert_cmpint (ivr_ring_get_head (ring), ==, 7);
  g_assert_null (ivr_ring_peek (ring, 43));
  g_assert_true (push (ring, 8));
  check_frame (ring, 8);
}

/* A frame that somebody is still sending outlives its place in the ring. */
static void
test_ring_references (void)
{
  g_autoptr(IvrRing) ring = ivr_ring_new ("org", 0);
  g_autoptr(GBytes) held = NULL;

  push (ring, 1);
  held = g_bytes_ref (ivr_ring_peek (ring, 1));
  for (gint64 seq = 2; seq < 2 + 2 * IVR_RING_SIZE; seq++)
    push (ring, seq);
  g_assert_cmpint (*(const gint64 *) g_bytes_get_data (held, NULL), ==, 1);
}

static void
test_ring_fuzz (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (1024);
  g_autoptr(IvrRing) ring = ivr_ring_new ("org", 0);
  gint64 head = 0;
  gint64 first = 1;

  for (guint round = 0; round < ROUNDS; round++)
    {
      gint64 seq = head + g_rand_int_range (rand, -3, 4);
      gint64 any = g_rand_int_range (rand, 0, 8) == 0 ? seq
                   : head - g_rand_int_range (rand, -10, 3 * IVR_RING_SIZE / 2);

      if (g_rand_int_range (rand, 0, 20000) == 0)
        {
          head = g_rand_int_range (rand, 0, 1000000);
          first = head + 1;
          ivr_ring_reset (ring, head);
        }
      g_assert_cmpint (push (ring, seq), ==, seq == head + 1);
      if (seq == head + 1)
        {
          head = seq;
          first = MAX (first, head - IVR_RING_SIZE + 1);
        }
      if (any >= first && any <= head)
        check_frame (ring, any);
      else
        g_assert_null (ivr_ring_peek (ring, any));
      g_assert_cmpint (ivr_ring_get_head (ring), ==, head);
      g_assert_cmpint (ivr_ring_get_first (ring), ==, first);
    }
  g_assert_cmpint (head, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wheel/order", test_order);
  g_test_add_func ("/wheel/move-and-clear", test_move_and_clear);
  g_test_add_func ("/wheel/from-callback", test_from_callback);
  g_test_add_func ("/wheel/fuzz", test_wheel_fuzz);
  g_test_add_func ("/ring/ring", test_ring);
  g_test_add_func ("/ring/references", test_ring_references);
  g_test_add_func ("/ring/fuzz", test_ring_fuzz);
  return g_test_run ();
}
