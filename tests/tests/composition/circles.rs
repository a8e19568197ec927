//! Members that read each other, or themselves.

use super::mistaken;

#[test]
fn members_that_read_each_other_are_shown_as_a_chain() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.a]
combine = "rank-mean"
members = ["b"]
[member.b]
use = "linear/ridge"
inputs = ["path", "c"]
[member.c]
combine = "rank-mean"
members = ["a", "nope"]
[model]
output = "a"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × these members read each other in a circle: a → b → c → a
    ╭─[mine.toml:12:12]
 11 │ combine = "rank-mean"
 12 │ members = ["a", "nope"]
    ·            ───
 13 │ [model]
    ╰────
  help: leave one of these inputs out

Error:
  × [member.c]: there is no member `nope`
    ╭─[mine.toml:12:17]
 11 │ combine = "rank-mean"
 12 │ members = ["a", "nope"]
    ·                 ──────
 13 │ [model]
    ╰────
  help: there are `a`, `b`, `c`
"#,
    );
}

#[test]
fn a_member_that_reads_itself_is_told_so() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.a]
use = "linear/ridge"
inputs = ["path", "a.mean"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.a] reads itself: a → a
   ╭─[mine.toml:6:19]
 5 │ use = "linear/ridge"
 6 │ inputs = ["path", "a.mean"]
   ·                   ────────
   ╰────
  help: leave one of these inputs out
"#,
    );
}

#[test]
fn two_circles_are_shown_together() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.a]
combine = "rank-mean"
members = ["b"]
[member.b]
combine = "rank-mean"
members = ["a"]
[member.c]
combine = "rank-mean"
members = ["d"]
[member.d]
combine = "rank-mean"
members = ["c?"]
[model]
output = "a"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × these members read each other in a circle: a → b → a
    ╭─[mine.toml:9:12]
  8 │ combine = "rank-mean"
  9 │ members = ["a"]
    ·            ───
 10 │ [member.c]
    ╰────
  help: leave one of these inputs out

Error:
  × these members read each other in a circle: c → d → c
    ╭─[mine.toml:15:12]
 14 │ combine = "rank-mean"
 15 │ members = ["c?"]
    ·            ────
 16 │ [model]
    ╰────
  help: leave one of these inputs out
"#,
    );
}
