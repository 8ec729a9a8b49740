//! Which part of the work is this task's own, as the engine that started it says.

use super::share::Shard;

/// What an engine says of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// Its name.
    pub name: &'static str,
    /// The task's part of the work.
    pub shard: Shard,
    /// What all tasks of one run share, and no other run does, where the engine says so.
    pub run: Option<String>,
}

/// The variables of an engine.
struct Variables {
    name: &'static str,
    index: &'static str,
    /// What the first index is.
    first: u32,
    /// How many tasks there are: the first of these that is set.
    counts: &'static [&'static str],
    runs: &'static [&'static str],
}

/// The variables of each engine; docs/fleet.md lists them too. Slurm counts in its own way.
const ENGINES: &[Variables] = &[
    Variables {
        // For engines without variables of their own, as matrices of GitHub.
        name: "KAGIBAN_SHARD_INDEX",
        index: "KAGIBAN_SHARD_INDEX",
        first: 0,
        counts: &["KAGIBAN_SHARDS"],
        runs: &["GITHUB_RUN_ID"],
    },
    Variables {
        name: "Kubernetes",
        index: "JOB_COMPLETION_INDEX",
        first: 0,
        // Kubernetes tells the index only.
        counts: &["KAGIBAN_SHARDS", "JOB_COMPLETIONS"],
        runs: &[],
    },
    Variables {
        name: "AWS Batch",
        index: "AWS_BATCH_JOB_ARRAY_INDEX",
        first: 0,
        counts: &["AWS_BATCH_JOB_ARRAY_SIZE", "KAGIBAN_SHARDS"],
        runs: &["AWS_BATCH_JOB_ID"],
    },
    Variables {
        name: "Google Batch",
        index: "BATCH_TASK_INDEX",
        first: 0,
        counts: &["BATCH_TASK_COUNT"],
        runs: &["BATCH_JOB_UID"],
    },
    Variables {
        name: "GitLab",
        index: "CI_NODE_INDEX",
        first: 1,
        counts: &["CI_NODE_TOTAL"],
        runs: &["CI_PIPELINE_ID"],
    },
    Variables {
        name: "Buildkite",
        index: "BUILDKITE_PARALLEL_JOB",
        first: 0,
        counts: &["BUILDKITE_PARALLEL_JOB_COUNT"],
        runs: &["BUILDKITE_BUILD_ID"],
    },
    Variables {
        name: "CircleCI",
        index: "CIRCLE_NODE_INDEX",
        first: 0,
        counts: &["CIRCLE_NODE_TOTAL"],
        runs: &["CIRCLE_WORKFLOW_ID"],
    },
];

const SLURM_TASK: &str = "SLURM_ARRAY_TASK_ID";

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Asks the variables of all engines which part of the work is this task's own.
///
/// # Errors
/// When none says so, or two do; the text says what was looked for.
pub fn engine(variable: Variable<'_>) -> Result<Engine, String> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let mut found = Vec::new();
    for engine in ENGINES {
        // A matrix within another engine says more than that engine.
        if engine.first == 0 && engine.name == "KAGIBAN_SHARD_INDEX" && variable(engine.index).is_some() {
            return read(engine, &variable);
        }
        if variable(engine.index).is_some() {
            found.push(read(engine, &variable)?);
        }
    }
    if variable(SLURM_TASK).is_some() {
        found.push(slurm(&variable)?);
    }
    // Some engines speak of one task of one even where nothing is split.
    if found.len() > 1 {
        found.retain(|engine| engine.shard.count() > 1);
    }
    let names: Vec<&str> = found.iter().map(|engine| engine.name).collect();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(nothing()),
        _ => Err(format!("{} each say which shard this is; say it with --shard I/N", names.join(" and "))),
    }
}

fn nothing() -> String {
    let names: Vec<&str> = ENGINES.iter().map(|engine| engine.index).chain([SLURM_TASK]).collect();
    format!("nothing says which shard this is: none of {} is set", names.join(" "))
}

fn read(engine: &Variables, variable: Variable<'_>) -> Result<Engine, String> {
    let index = number(engine.index, variable)?;
    let counts = || engine.counts.join(" or ");
    let count = engine.counts.iter().find(|name| variable(name).is_some());
    let count = count.ok_or_else(|| {
        format!("{} says which shard this is, and {} must say of how many", engine.index, counts())
    })?;
    let count = number(count, variable)?;
    let shard = index.checked_sub(engine.first).and_then(|index| Shard::new(index.checked_add(1)?, count));
    let shard = shard.ok_or_else(|| {
        format!("{} is {index}, which is no shard of {count} counted from {}", engine.index, engine.first)
    })?;
    let run = engine.runs.iter().find_map(|name| variable(name));
    // A task of an array on AWS is called after the array: `id:index`.
    let run = run.map(|run| run.split(':').next().unwrap_or_default().to_owned());
    Ok(Engine { name: engine.name, shard, run })
}

/// Slurm's arrays begin anywhere and may leave steps out: `--array=10-40:10`.
fn slurm(variable: Variable<'_>) -> Result<Engine, String> {
    let id = number(SLURM_TASK, variable)?;
    let or = |name: &str, default: u32| variable(name).map_or(Ok(default), |_| number(name, variable));
    let (first, step) = (or("SLURM_ARRAY_TASK_MIN", 0)?, or("SLURM_ARRAY_TASK_STEP", 1)?.max(1));
    let (last, count) =
        (number("SLURM_ARRAY_TASK_MAX", variable)?, number("SLURM_ARRAY_TASK_COUNT", variable)?);
    let is_even = last >= first && (last - first) / step + 1 == count;
    let from_first = id.checked_sub(first).filter(|ahead| is_even && ahead % step == 0);
    let shard = from_first.and_then(|ahead| Shard::new(ahead / step + 1, count));
    let shard = shard.ok_or_else(|| {
        "the array of Slurm has gaps, so its tasks cannot be counted; say which shard this is with --shard I/N"
            .to_owned()
    })?;
    Ok(Engine { name: "Slurm", shard, run: variable("SLURM_ARRAY_JOB_ID") })
}

fn number(name: &str, variable: Variable<'_>) -> Result<u32, String> {
    let value = variable(name).ok_or_else(|| format!("{name} is not set"))?;
    value.trim().parse().map_err(|_| format!("{name} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<(String, u32, u32, Option<String>), String> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let engine = engine(&variable)?;
        Ok((engine.name.to_owned(), engine.shard.index(), engine.shard.count(), engine.run))
    }

    #[test]
    fn every_engine_is_understood() {
        let run = |text: &str| Some(text.to_owned());
        for (variables, name, index, count, run) in [
            (&[("JOB_COMPLETION_INDEX", "2"), ("KAGIBAN_SHARDS", "3")][..], "Kubernetes", 3, 3, None),
            (
                &[
                    ("AWS_BATCH_JOB_ARRAY_INDEX", "0"),
                    ("AWS_BATCH_JOB_ARRAY_SIZE", "4"),
                    ("AWS_BATCH_JOB_ID", "abc:0"),
                ],
                "AWS Batch",
                1,
                4,
                run("abc"),
            ),
            (
                &[("BATCH_TASK_INDEX", "1"), ("BATCH_TASK_COUNT", "2"), ("BATCH_JOB_UID", "j")],
                "Google Batch",
                2,
                2,
                run("j"),
            ),
            (
                &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "5"), ("CI_PIPELINE_ID", "9")],
                "GitLab",
                1,
                5,
                run("9"),
            ),
            (
                &[("BUILDKITE_PARALLEL_JOB", "4"), ("BUILDKITE_PARALLEL_JOB_COUNT", "5")],
                "Buildkite",
                5,
                5,
                None,
            ),
            (&[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "1")], "CircleCI", 1, 1, None),
            (
                &[("KAGIBAN_SHARD_INDEX", "0"), ("KAGIBAN_SHARDS", "2"), ("GITHUB_RUN_ID", "7")],
                "KAGIBAN_SHARD_INDEX",
                1,
                2,
                run("7"),
            ),
        ] {
            assert_eq!(of(variables), Ok((name.to_owned(), index, count, run)));
        }
    }

    #[test]
    fn arrays_of_slurm_begin_anywhere() {
        let slurm = |id, min, max, step, count| {
            of(&[
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_MAX", max),
                ("SLURM_ARRAY_TASK_STEP", step),
                ("SLURM_ARRAY_TASK_COUNT", count),
                ("SLURM_ARRAY_JOB_ID", "44"),
            ])
            .map(|(_, index, count, run)| (index, count, run))
        };
        assert_eq!(slurm("0", "0", "7", "1", "8"), Ok((1, 8, Some("44".to_owned()))));
        assert_eq!(slurm("30", "10", "40", "10", "4"), Ok((3, 4, Some("44".to_owned()))));
        assert!(slurm("3", "1", "9", "1", "4").unwrap_err().contains("gaps"));
    }

    #[test]
    fn what_cannot_be_told_is_said() {
        assert!(of(&[]).unwrap_err().contains("SLURM_ARRAY_TASK_ID"));
        assert!(of(&[("JOB_COMPLETION_INDEX", "0")]).unwrap_err().contains("KAGIBAN_SHARDS"));
        assert!(of(&[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "2")]).is_err());
        assert!(of(&[("CI_NODE_INDEX", "3"), ("CI_NODE_TOTAL", "2")]).is_err());
        assert!(of(&[("CI_NODE_INDEX", "x"), ("CI_NODE_TOTAL", "2")]).unwrap_err().contains("no number"));
        let two = [
            ("CI_NODE_INDEX", "1"),
            ("CI_NODE_TOTAL", "2"),
            ("CIRCLE_NODE_INDEX", "0"),
            ("CIRCLE_NODE_TOTAL", "3"),
        ];
        assert!(of(&two).unwrap_err().contains("GitLab and CircleCI"));
        let one = [
            ("CI_NODE_INDEX", "1"),
            ("CI_NODE_TOTAL", "1"),
            ("CIRCLE_NODE_INDEX", "0"),
            ("CIRCLE_NODE_TOTAL", "3"),
        ];
        assert_eq!(of(&one).unwrap().0, "CircleCI");
    }
}
