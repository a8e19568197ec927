//! `archcast space list | info SPACE | sample SPACE | count SPACE | neighbours SPACE TEXT`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json, table},
};
use crate::space::{Genotype, Space};
use clap::Subcommand;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use std::{collections::HashSet, path::Path};

const EXAMPLES: &str = "\
SPACE is the name of a built-in space, or the path of a TOML file of your own (templates/spaces/ has some to start from).

Examples:
  archcast space list
  archcast space info nas-bench-201
  archcast space count nas-bench-macro
  archcast space sample templates/spaces/mobile.toml --count 5 --seed 1
  archcast space neighbours transnas-macro 64-1423-basic";

/// Most choices of a decision that are shown in a line of text.
const LISTED: usize = 20;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The built-in spaces.
    List,
    /// A space: what it is, its decisions with their choices, and how an architecture is written.
    #[command(after_help = EXAMPLES)]
    Info {
        /// Name or TOML file.
        space: String,
    },
    /// Architectures by chance, one per line; the same one may come twice.
    #[command(after_help = EXAMPLES)]
    Sample {
        /// Name or TOML file.
        space: String,
        /// How many.
        #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
        count: usize,
        /// The same seed gives the same architectures.
        #[arg(long, value_name = "S", default_value_t = 0)]
        seed: u64,
    },
    /// How many architectures a space holds, and how many different networks these are.
    #[command(after_help = EXAMPLES)]
    Count {
        /// Name or TOML file.
        space: String,
    },
    /// The architectures one step away from one, one per line.
    #[command(after_help = EXAMPLES)]
    Neighbours {
        /// Name or TOML file.
        space: String,
        /// The architecture in a text form of the space.
        text: String,
    },
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    match args.action {
        Action::List => list(shared),
        Action::Info { space } => {
            let space = open(&space)?;
            if shared.json { print_json(&info_json(&space)) } else { print(&info_text(&space)) }
        }
        Action::Sample { space, count, seed } => {
            let space = open(&space)?;
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            architectures(&space, (0..count).map(|_| space.sample(&mut rng)), shared)
        }
        Action::Count { space } => {
            let space = open(&space)?;
            let counts = Counts::of(&space);
            if shared.json { print_json(&counts.json()) } else { print(&counts.text()) }
        }
        Action::Neighbours { space, text } => {
            let space = open(&space)?;
            let genotype = space.parse(&text).map_err(failure)?;
            architectures(&space, space.neighbours(&genotype).into_iter(), shared)
        }
    }
}

fn open(spec: &str) -> Result<Space, Failure> {
    Space::open(spec, Path::new("")).map_err(failure)
}

/// Prints text forms, one per line or as a JSON list.
fn architectures(
    space: &Space,
    genotypes: impl Iterator<Item = Genotype>,
    shared: &Shared,
) -> Result<(), Failure> {
    let texts = genotypes.map(|genotype| space.print(&genotype));
    if shared.json {
        return print_json(&Value::from(texts.collect::<Vec<String>>()));
    }
    print(&texts.map(|text| text + "\n").collect::<String>())
}

fn list(shared: &Shared) -> Result<(), Failure> {
    let spaces: Vec<Space> = Space::builtin_names().filter_map(Space::builtin).collect();
    if shared.json {
        let list: Vec<Value> = spaces
            .iter()
            .map(|space| {
                json!({
                    "name": space.name(),
                    "kind": kind(space),
                    "decisions": space.decisions().len(),
                    "architectures": number(space.size()),
                    "summary": space.summary(),
                })
            })
            .collect();
        return print_json(&Value::from(list));
    }
    let rows: Vec<Vec<String>> = spaces
        .iter()
        .map(|space| {
            vec![space.name().to_owned(), kind(space), shown(space.size()), space.summary().to_owned()]
        })
        .collect();
    print(&table(&["space", "kind", "architectures", ""], &rows))
}

/// The kind of declaration.
fn kind(space: &Space) -> String {
    let declaration: Value = serde_json::from_str(space.declaration()).unwrap_or_default();
    declaration["kind"].as_str().unwrap_or_default().to_owned()
}

/// A count as JSON: a text where it is too large for the numbers that readers of JSON know.
fn number(count: Option<u128>) -> Value {
    match count {
        Some(count) => u64::try_from(count).map_or_else(|_| Value::from(count.to_string()), Value::from),
        None => Value::Null,
    }
}

fn shown(count: Option<u128>) -> String {
    count.map_or("not known".to_owned(), |count| count.to_string())
}

fn info_json(space: &Space) -> Value {
    let decisions: Vec<Value> = space
        .decisions()
        .iter()
        .map(|decision| json!({ "name": decision.name, "choices": decision.choices }))
        .collect();
    json!({
        "name": space.name(),
        "summary": space.summary(),
        "cite": space.cite(),
        "kind": kind(space),
        "architectures": number(space.size()),
        "example": space.print(&space.example()),
        "digest": space.digest(),
        "decisions": decisions,
    })
}

fn info_text(space: &Space) -> String {
    let mut text = format!("{}: {}\n", space.name(), space.summary());
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:<16} {value}\n"));
        }
    };
    line("kind", &kind(space));
    line("paper", space.cite());
    line("architectures", &shown(space.size()));
    line("example", &space.print(&space.example()));
    text.push('\n');
    let rows: Vec<Vec<String>> = space
        .decisions()
        .iter()
        .map(|decision| {
            let mut choices =
                decision.choices.iter().take(LISTED).cloned().collect::<Vec<String>>().join(", ");
            let more = decision.choices.len().saturating_sub(LISTED);
            if more > 0 {
                choices.push_str(&format!(" and {more} more"));
            }
            vec![decision.name.clone(), choices]
        })
        .collect();
    for row in table(&["decision", "choices"], &rows).lines() {
        text.push_str(&format!("  {row}\n"));
    }
    text
}

/// How many architectures and networks there are.
struct Counts {
    architectures: Option<u128>,
    /// Classes of identical networks, where the space can be walked through.
    networks: Option<usize>,
    /// Classes by a published rule, where there is one.
    published: Option<usize>,
}

impl Counts {
    fn of(space: &Space) -> Counts {
        let networks = space.representatives().map(Iterator::count);
        let ruled = space.published_class(&space.example()).is_some() && networks.is_some();
        let published = space.enumerate().filter(|_| ruled).map(|all| {
            all.filter_map(|genotype| space.published_class(&genotype)).collect::<HashSet<_>>().len()
        });
        Counts { architectures: space.size(), networks, published }
    }

    fn json(&self) -> Value {
        json!({
            "architectures": number(self.architectures),
            "networks": self.networks,
            "published_classes": self.published,
        })
    }

    fn text(&self) -> String {
        let mut rows = vec![vec!["architectures".to_owned(), shown(self.architectures)]];
        let networks =
            self.networks.map_or("not counted: too many architectures".to_owned(), |n| n.to_string());
        rows.push(vec!["different networks".to_owned(), networks]);
        if let Some(published) = self.published {
            rows.push(vec!["classes by the published rule".to_owned(), published.to_string()]);
        }
        let width = rows.iter().map(|row| row[0].len()).max().unwrap_or_default();
        rows.iter().map(|row| format!("{:width$}  {}\n", row[0], row[1])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(name: &str) -> Space {
        Space::builtin(name).unwrap()
    }

    #[test]
    fn info_names_every_decision_with_its_choices() {
        let text = info_text(&space("transnas-macro"));
        for part in [
            "transnas-macro: four to six modules",
            "  kind             layers\n",
            "  paper            Duan et al., TransNAS-Bench-101, CVPR 2021\n",
            "  architectures    3256\n",
            "  example          111114\n",
            "  decision  choices\n",
            "  layer_1   plain, double, stride, stride-and-double\n",
            "  layer_6   plain, double, stride, stride-and-double, absent\n",
        ] {
            assert!(text.contains(part), "{part:?} is not in\n{text}");
        }
        let info = info_json(&space("transnas-macro"));
        assert_eq!(info["decisions"].as_array().unwrap().len(), 6);
        assert_eq!(info["architectures"], 3256);
    }

    #[test]
    fn a_decision_with_many_choices_is_cut_short_in_text_only() {
        let declared =
            "name = 'x'\nkind = 'flat'\nchoice = [{ name = 'width', ordinal = { from = 1, to = 100 } }]";
        let space = Space::from_toml(declared, "x").unwrap();
        assert!(info_text(&space).ends_with(" 19, 20 and 80 more\n"), "{}", info_text(&space));
        assert_eq!(info_json(&space)["decisions"][0]["choices"].as_array().unwrap().len(), 100);
    }

    #[test]
    fn counts_tell_architectures_and_networks_apart() {
        let counts = Counts::of(&space("nas-bench-macro"));
        assert_eq!(counts.text(), "architectures       6561\ndifferent networks  3969\n");
        assert_eq!(
            counts.json(),
            json!({ "architectures": 6561, "networks": 3969, "published_classes": null })
        );
    }

    #[test]
    fn a_space_too_large_to_walk_through_says_so() {
        let choices: String =
            (0..30).map(|k| format!("{{ name = 'c{k}', ordinal = {{ from = 1, to = 10 }} }},")).collect();
        let space =
            Space::from_toml(&format!("name = 'x'\nkind = 'flat'\nchoice = [{choices}]"), "x").unwrap();
        let counts = Counts::of(&space);
        assert_eq!(counts.json()["architectures"], "1000000000000000000000000000000");
        assert!(counts.text().contains("not counted: too many architectures"));
    }
}
