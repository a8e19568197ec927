//! How many fits a plan comes to, told without fitting: the same walk as the engine's, over places of training rows.

use super::super::{
    Combiner, Folds, Plan, Queries,
    folds::{self, FEWEST_ROWS},
    plan::{NodeKind, UseNode},
    ranges::Ranges,
};
use crate::table::Rows;
use archcast_sdk::dynamic::DynPredictor;
use serde::Serialize;
use std::{
    cell::LazyCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

/// Most places of training rows that are held at a time: a chain so deep that it needs more is not counted to its end.
const MOST_PLACES: usize = 16_000_000;

/// What a set of training rows costs beside its places.
const SET: usize = 32;

/// How often members are fitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fits {
    /// For each member of the plan how often, trials of its tuning included.
    pub by_member: Vec<usize>,
    /// For each member the number of folds in which it is cross-fitted; `None` where nothing asks for its scores of
    /// training rows, or they do not depend on targets.
    pub folds: Vec<Option<usize>>,
    /// Whether these are all: a selection that learns can come to fewer, and a deep chain is not counted to its end.
    pub bound: Bound,
}

/// How near a count is to what a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// As many.
    Exact,
    /// As many or fewer: what a selection leaves out, and tuning that ends by its `seconds`, is not known before.
    AtMost,
    /// More: the chain is too deep to be counted to its end.
    MoreThan,
}

impl Fits {
    /// The fits of the plan on these training rows.
    pub fn count(plan: &Plan, rows: &Rows, training: &[usize]) -> Fits {
        let networks = || Queries::of_rows(rows, training).networks();
        Self::count_within(plan, training.len(), &networks, MOST_PLACES)
    }

    fn count_within(plan: &Plan, rows: usize, networks: &dyn Fn() -> Vec<u128>, most_places: usize) -> Fits {
        let members = plan.nodes.len();
        let mut walk = Walk {
            plan,
            subsets: Subsets {
                networks: LazyCell::new(networks),
                numbers: HashMap::new(),
                rows: Vec::new(),
                cuts: HashMap::new(),
                places: 0,
                most_places,
            },
            fitted: HashMap::new(),
            honest: HashSet::new(),
            fits: Fits { by_member: vec![0; members], folds: vec![None; members], bound: Bound::Exact },
        };
        let all = walk.subsets.of((0..u32::try_from(rows).unwrap_or(u32::MAX)).collect());
        walk.with_reads(members.saturating_sub(1), all);
        if rows >= FEWEST_ROWS && plan.is_conformal() {
            walk.honest(members.saturating_sub(1), all);
        }
        if walk.subsets.is_full() {
            walk.fits.bound = Bound::MoreThan;
        }
        walk.fits
    }

    /// Fits of all members that are predictors.
    pub fn of_predictors(&self, plan: &Plan) -> usize {
        let predictors = plan.nodes.iter().zip(&self.by_member);
        let counts = predictors.filter(|(node, _)| matches!(node.kind, NodeKind::Use(_)));
        counts.fold(0, |sum, (_, &count)| sum.saturating_add(count))
    }
}

/// Sets of training rows, each known by a number.
struct Subsets<'a> {
    /// What is equal for training rows that are the same network; told when something is first cut.
    networks: LazyCell<Vec<u128>, &'a dyn Fn() -> Vec<u128>>,
    numbers: HashMap<Rc<[u32]>, usize>,
    rows: Vec<Rc<[u32]>>,
    /// For each set that was cut into folds those that train, one for each fold.
    cuts: HashMap<usize, Rc<[usize]>>,
    places: usize,
    most_places: usize,
}

impl Subsets<'_> {
    fn of(&mut self, rows: Vec<u32>) -> usize {
        if let Some(&number) = self.numbers.get(&rows[..]) {
            return number;
        }
        self.places = self.places.saturating_add(rows.len() + SET);
        let (number, rows) = (self.rows.len(), Rc::<[u32]>::from(rows));
        self.rows.push(Rc::clone(&rows));
        self.numbers.insert(rows, number);
        number
    }

    fn is_full(&self) -> bool {
        self.places > self.most_places
    }

    fn len(&self, number: usize) -> usize {
        self.rows.get(number).map_or(0, |rows| rows.len())
    }

    /// What trains in each fold of a set.
    fn cut(&mut self, number: usize) -> Rc<[usize]> {
        if let Some(cut) = self.cuts.get(&number) {
            return Rc::clone(cut);
        }
        let rows = self.rows.get(number).map(Rc::clone).unwrap_or_else(|| Rc::from([]));
        let mut trains = Vec::new();
        let network = |place: &u32| self.networks.get(*place as usize).copied().unwrap_or_default();
        let networks: Vec<u128> = rows.iter().map(network).collect();
        for held in folds::cut_groups(&networks, folds::count(rows.len())) {
            if self.is_full() {
                break;
            }
            let rest = folds::rest(rows.len(), &held);
            trains.push(self.of(rest.into_iter().map(|place| rows[place]).collect()));
        }
        let trains: Rc<[usize]> = trains.into();
        self.cuts.insert(number, Rc::clone(&trains));
        trains
    }
}

struct Walk<'a> {
    plan: &'a Plan,
    subsets: Subsets<'a>,
    /// Members fitted on a set, with those that their answers ask.
    fitted: HashMap<(usize, usize), Rc<[usize]>>,
    honest: HashSet<(usize, usize)>,
    fits: Fits,
}

impl Walk<'_> {
    /// A member fitted on a set, and all whose answers its own needs.
    fn with_reads(&mut self, node: usize, set: usize) {
        let mut open = vec![node];
        let mut seen = HashSet::new();
        while let Some(node) = open.pop() {
            if seen.insert(node) {
                open.extend(self.fit(node, set).iter());
            }
        }
    }

    fn fit(&mut self, node: usize, set: usize) -> Rc<[usize]> {
        if let Some(reads) = self.fitted.get(&(node, set)) {
            return Rc::clone(reads);
        }
        let few = self.subsets.len(set) < FEWEST_ROWS;
        let learns_of_scores = self.plan.learns_of_scores(node);
        let mut reads = self.plan.nodes[node].reads();
        if learns_of_scores {
            reads.retain(|&member| !(few && self.plan.nodes[member].learns));
            for &member in &reads {
                self.honest(member, set);
            }
        }
        self.record(node, set);
        let reads: Rc<[usize]> = self.asked(node, set, reads).into();
        self.fitted.insert((node, set), Rc::clone(&reads));
        reads
    }

    /// Of those that it reads the members that a fitted member asks.
    fn asked(&mut self, node: usize, set: usize, reads: Vec<usize>) -> Vec<usize> {
        let NodeKind::Combine(combined) = &self.plan.nodes[node].kind else { return reads };
        if combined.combiner != Combiner::Select {
            return reads;
        }
        match &combined.whens {
            Some(whens) => {
                let rows = self.subsets.len(set);
                let chosen = whens.iter().position(|when| when.holds(rows));
                chosen.and_then(|chosen| combined.members.get(chosen).copied()).into_iter().collect()
            }
            None => {
                if reads.len() > 1 && self.fits.bound == Bound::Exact {
                    self.fits.bound = Bound::AtMost;
                }
                reads
            }
        }
    }

    /// The scores of a member for a set of training rows, by models that did not see the row's target.
    fn honest(&mut self, node: usize, set: usize) {
        if self.subsets.is_full() || !self.honest.insert((node, set)) {
            return;
        }
        if !self.plan.nodes[node].learns {
            return self.with_reads(node, set);
        }
        if self.plan.folds == Folds::None {
            return self.with_reads(node, set);
        }
        let cut = self.subsets.cut(set);
        let known = &mut self.fits.folds[node];
        *known = Some(known.map_or(cut.len(), |known| known.max(cut.len())));
        match self.plan.folds {
            Folds::Nested | Folds::None => cut.iter().for_each(|&train| self.with_reads(node, train)),
            Folds::Shared => {
                for member in self.plan.nodes[node].reads() {
                    self.honest(member, set);
                }
                cut.iter().for_each(|&train| self.record(node, train));
            }
        }
    }

    /// Counts a fit on a set, with the fits of its tuning.
    fn record(&mut self, node: usize, set: usize) {
        let fits = match &self.plan.nodes[node].kind {
            NodeKind::Use(used) => self.tuned(used, self.subsets.len(set)),
            _ => 1,
        };
        let count = &mut self.fits.by_member[node];
        *count = count.saturating_add(fits);
    }

    fn tuned(&mut self, used: &UseNode, rows: usize) -> usize {
        let Some(tune) = &used.tune else { return 1 };
        if rows < FEWEST_ROWS.max(tune.folds) {
            return 1;
        }
        // A schema that cannot be read fails the fit itself.
        if !used.predictor.schema().is_ok_and(|schema| !Ranges::of(&schema).is_empty()) {
            return 1;
        }
        if tune.seconds.is_some() && self.fits.bound == Bound::Exact {
            self.fits.bound = Bound::AtMost;
        }
        tune.trials.saturating_mul(tune.folds).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compose::{Composition, draw, engine::Engine, node::Targets},
        plugin::{Folders, HostServices, Registry},
        table::Rows,
    };
    use std::{fmt::Write as _, fs, path::Path};

    /// Columns whose sign is learnt, and what is made of them.
    const MEMBERS: &str = r#"
        [member.a]
        column = "a"
        goal = "fit"
        [member.b]
        column = "b"
        goal = "maximize"
        [member.ranks]
        combine = "rank-mean"
        members = ["a", "b"]
        [member.weights]
        combine = "weighted"
        members = ["ranks", "a"]
        [member.top]
        combine = "weighted"
        members = ["weights", "b"]
        [member.picked]
        combine = "select"
        members = [{ from = "a", when = { max_labels = 9 } }, { from = "weights" }]
    "#;

    struct Case {
        rows: Rows,
        plan: Plan,
    }

    fn case(labels: usize, model: &str) -> Case {
        let folder = tempfile::tempdir().unwrap();
        let mut table = String::from("id,y,a,b\n");
        for row in 0..labels {
            let _ = writeln!(table, "r{row},{},{},{}", row * row % 17, row * 7 % 13, row * 5 % 11);
        }
        fs::write(folder.path().join("t.csv"), table).unwrap();
        let text = format!(
            "[data]\ntable = \"t.csv\"\nid = \"id\"\ntarget = {{ column = \"y\", goal = \"maximize\" }}\n{MEMBERS}[model]\n{model}"
        );
        let composition = Composition::parse(&text, "t.toml").unwrap();
        let rows = Rows::read(&composition.data, folder.path()).unwrap();
        let registry = Registry::discover(Folders::only(&[]));
        let plan = Plan::check(&composition, &registry, &rows, Path::new(".")).unwrap();
        Case { rows, plan }
    }

    fn count(case: &Case, labels: usize) -> Fits {
        Fits::count(&case.plan, &case.rows, &(0..labels).collect::<Vec<_>>())
    }

    fn counted(case: &Case, labels: usize) -> Vec<(&str, usize)> {
        let fits = count(case, labels);
        assert_eq!(fits.bound, Bound::Exact);
        case.plan.nodes.iter().map(|node| &node.name[..]).zip(fits.by_member).collect()
    }

    #[test]
    fn nested_folds_are_counted_as_the_engine_fits_them() {
        for labels in [2, 3, 4, 7, 9, 10, 11, 23, 60] {
            for model in ["output = \"top\"", "output = \"picked\"", "output = \"weights\""] {
                let case = case(labels, model);
                let target = case.rows.target().unwrap();
                let values = target.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
                let targets = Targets { values, goal: target.goal, best: None, info: None };
                let services = HostServices::new(0);
                let training = draw(&case.rows, None, 0).unwrap();
                let engine = Engine::new(&case.plan, &case.rows, &training, targets, 0, &services);
                let mut open = vec![case.plan.nodes.len() - 1];
                let whole = loop {
                    let Some(place) = open.pop() else { break true };
                    match engine.fit(place, &training.rows) {
                        Ok(fitted) => open.extend(fitted.reads()),
                        Err(_) => break false,
                    }
                };
                // A few rows are too few for a chain, whose fit then fails.
                assert!(whole || labels < 10, "{labels} rows, {model}");
                if !whole {
                    continue;
                }
                let fitted: Vec<usize> =
                    (0..case.plan.nodes.len()).map(|node| engine.fits_of(node)).collect();
                let told: Vec<usize> = counted(&case, labels).into_iter().map(|(_, fits)| fits).collect();
                assert_eq!(told, fitted, "{labels} rows, {model}");
            }
        }
    }

    #[test]
    fn shared_folds_fit_each_member_once_for_each_fold() {
        let case = case(60, "output = \"top\"\nfolds = \"shared\"");
        // Five folds, and once on all rows.
        assert_eq!(counted(&case, 60), [("a", 6), ("b", 1), ("ranks", 6), ("weights", 6), ("top", 1)]);
    }

    #[test]
    fn only_what_learns_and_is_read_is_cross_fitted() {
        let case = case(60, "output = \"ranks\"");
        assert_eq!(count(&case, 60).folds, [Some(5), None, None]);
        assert_eq!(count(&case, 7).folds, [Some(7), None, None]);
        assert_eq!(count(&case, 3).folds, [None, None, None]);
    }

    #[test]
    fn rows_of_one_network_are_held_out_at_once() {
        let case = case(60, "output = \"ranks\"");
        let fits = Fits::count_within(&case.plan, 60, &|| (0..60).map(|row| row % 3).collect(), MOST_PLACES);
        assert_eq!(fits.folds, [Some(3), None, None]);
        assert_eq!(fits.by_member, [4, 1, 1]);
    }

    #[test]
    fn a_chain_too_deep_to_count_says_so_soon() {
        let mut text = String::from("[data]\n[member.m0]\ncolumn = \"a\"\ngoal = \"fit\"\n");
        for link in 1..12 {
            let _ =
                write!(text, "[member.m{link}]\ncombine = \"rank-mean\"\nmembers = [\"m{}\"]\n", link - 1);
        }
        text.push_str("[model]\noutput = \"m11\"\n");
        let composition = Composition::parse(&text, "t.toml").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("t.csv"), "id,a\nr,1\n").unwrap();
        let spec = toml::from_str("table = \"t.csv\"\nid = \"id\"").unwrap();
        let rows = Rows::read(&spec, folder.path()).unwrap();
        let registry = Registry::discover(Folders::only(&[]));
        let plan = Plan::check(&composition, &registry, &rows, Path::new(".")).unwrap();
        let fits = Fits::count_within(&plan, 1000, &|| (0..1000).collect(), 300_000);
        assert_eq!(fits.bound, Bound::MoreThan);
        assert!(fits.by_member[0] > 100, "{fits:?}");
    }
}
