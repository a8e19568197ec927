//! How long a study will take and how much memory, told from a few cells.

use super::{Cell, Setting, Study, cells::settings, run::Shared};
use crate::plugin::HostServices;
use std::time::Instant;

/// Labelled rows of the larger of the two cells that are tried, where the study has such a budget.
const TRIED: usize = 150;

/// What a study will take.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// By member.
    pub members: Vec<MemberEstimate>,
    /// Seconds of all cells on one thread.
    pub seconds: f64,
    /// Most memory so far in bytes, where the system tells: a study takes little more for each thread.
    pub memory: Option<u64>,
    /// Bytes of the journal.
    pub journal: u64,
}

/// What a member will take.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberEstimate {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: usize,
    /// Seconds of all of them on one thread.
    pub seconds: f64,
    /// Why it failed when it was tried, if it did.
    pub failure: Option<String>,
}

impl Study {
    /// Tries each member at its smallest budget and at a larger one, and tells from these what the study will take: the time
    /// of a cell is taken to grow as a power of the labelled rows.
    pub fn estimate(&self, services: &HostServices) -> Estimate {
        let services = services.clone().on_caller();
        let shared = Shared::default();
        let trials = self.splits.len();
        let trial = self.splits.first().map_or(0, |split| split.trial);
        let time = |setting: &Setting| -> (f64, u64, Option<String>) {
            let cell = Cell { setting: setting.clone(), trial };
            let started = Instant::now();
            let (result, _) = self.run_cell(&cell, &services, &shared);
            let bytes = serde_json::to_vec(&result).map_or(0, |bytes| bytes.len() as u64);
            (started.elapsed().as_secs_f64(), bytes, result.failure)
        };
        let mut members = Vec::new();
        let mut journal = 0;
        for member in &self.members {
            let all = settings(member, &self.budgets);
            // The highest fidelity takes longest.
            let highest = all.iter().filter_map(|setting| setting.fidelity).max();
            let tried: Vec<&Setting> = all.iter().filter(|setting| setting.fidelity == highest).collect();
            let Some(&small) = tried.first() else { continue };
            let large = tried
                .iter()
                .rev()
                .find(|setting| setting.labels.is_none_or(|labels| labels <= TRIED))
                .copied()
                .unwrap_or(small);
            // The first call of a plugin takes longer than others.
            let _ = time(small);
            let (short, bytes, failure) = time(small);
            let (long, _, later) = if large == small { (short, 0, None) } else { time(large) };
            let power = match (small.labels, large.labels) {
                (Some(few), Some(more)) if more > few && long > short => {
                    ((long / short).ln() / (more as f64 / few as f64).ln()).clamp(0.0, 3.0)
                }
                _ => 0.0,
            };
            let of = |setting: &Setting| match (setting.labels, large.labels) {
                (Some(labels), Some(tried)) => long * (labels as f64 / tried as f64).powf(power),
                _ => long,
            };
            let seconds = all.iter().map(of).sum::<f64>() * trials as f64;
            let cells = all.len() * trials;
            journal += bytes * cells as u64;
            members.push(MemberEstimate {
                name: member.name.clone(),
                cells,
                seconds,
                failure: failure.or(later),
            });
        }
        Estimate {
            seconds: members.iter().map(|member| member.seconds).sum(),
            members,
            memory: peak_memory(),
            journal,
        }
    }
}

/// Most memory that this process had, as Linux tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
