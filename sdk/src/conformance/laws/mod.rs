//! The laws, by theme.

mod calls;
mod few_rows;
mod fitting;
mod inputs;
mod parameters;
mod quality;
mod rows;
mod state;

use super::law::Law;

/// All laws; each comes after those that it builds on.
pub const ALL: &[Law] = &[
    parameters::DEFAULTS_VALID,
    parameters::UNKNOWN_PARAMETER,
    parameters::PARAMETERS_BEYOND_BOUNDS,
    fitting::FIT_AND_PREDICT,
    parameters::PARAMETERS_AT_BOUNDS,
    inputs::INPUTS_NOT_WRITTEN,
    inputs::NON_FINITE_REFUSED,
    few_rows::TOO_FEW_ROWS_EXPLAINED,
    few_rows::MINIMUM_ROWS_SUFFICE,
    fitting::SAME_SEED_SAME_BITS,
    fitting::THREAD_COUNT_INVARIANCE,
    rows::ROW_ORDER,
    rows::ROW_SUBSET,
    calls::CONCURRENT_PREDICT,
    calls::CANCELLATION,
    state::STATE_ROUND_TRIP,
    state::TRUNCATED_STATE_REFUSED,
    quality::CONSTANT_TARGET,
    quality::HIGHER_IS_BETTER,
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::descriptor::is_name;

    #[test]
    fn ids_are_kebab_case_and_no_law_builds_on_a_later_one() {
        for (place, law) in ALL.iter().enumerate() {
            assert!(is_name(law.id), "{}", law.id);
            assert!(law.sentence.ends_with('.'), "{}", law.id);
            assert!(ALL[..place].iter().all(|before| before.id != law.id), "{} twice", law.id);
            for after in law.after {
                assert!(ALL[..place].iter().any(|before| before.id == *after), "{} after {after}", law.id);
            }
        }
    }
}
