//! Times a scan of a folder of office files and archives beside what the libraries alone take to read them.
//!
//! `KAGIBAN_BENCH_DOCUMENTS=FOLDER cargo bench --bench documents`; `benches/documents.py` writes such a folder.
//! Each program is run in turn, `KAGIBAN_BENCH_RUNS` times (5), and processor time is compared, run by run.
//! `KAGIBAN_BENCH_PEERS=1` adds Kingfisher where it is on `PATH`. Where `FOLDER.planted.json` lists planted
//! values, it is said in how many of their files each program found something.
//!
//! The libraries alone: archives and compressed files are unpacked, containers in containers too, parts of
//! office documents are read as events of XML, streams of compound files and PDF files are read, mails are
//! parsed with their attachments. All of it by as many threads as Kagiban takes.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rayon::prelude::*;

/// A program with its arguments; `{}` is the folder.
struct Contestant {
    name: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
}

const CONTESTANTS: [Contestant; 3] = [
    Contestant {
        name: "kagiban",
        program: env!("CARGO_BIN_EXE_kagiban"),
        arguments: &["scan", "--no-progress", "--format", "json", "{}"],
    },
    Contestant {
        name: "kagiban, leaks alone",
        program: env!("CARGO_BIN_EXE_kagiban"),
        arguments: &["scan", "--no-progress", "--format", "json", "--only", "leak", "{}"],
    },
    Contestant {
        name: "kingfisher",
        program: "kingfisher",
        arguments: &[
            "scan",
            "{}",
            "--git-history",
            "none",
            "--no-validate",
            "--no-update-check",
            "-f",
            "json",
        ],
    },
];

/// One run.
struct Run {
    clock_s: f64,
    processor_s: f64,
    peak_mib: f64,
    output: String,
}

fn main() {
    if let Some(folder) = std::env::var_os("KAGIBAN_BENCH_ALONE") {
        return read_all(Path::new(&folder));
    }
    let Some(folder) = std::env::var_os("KAGIBAN_BENCH_DOCUMENTS").map(PathBuf::from) else {
        println!("KAGIBAN_BENCH_DOCUMENTS names no folder: nothing to measure");
        return;
    };
    let runs = std::env::var("KAGIBAN_BENCH_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let with_peers = std::env::var_os("KAGIBAN_BENCH_PEERS").is_some();
    let contestants: Vec<&Contestant> =
        CONTESTANTS.iter().filter(|c| with_peers || c.name.starts_with("kagiban")).collect();
    let planted = planted(&folder);
    let mut alone = Vec::new();
    let mut measured: Vec<Vec<Run>> = contestants.iter().map(|_| Vec::new()).collect();
    for _ in 0..runs {
        alone.extend(run_alone(&folder));
        for (all, contestant) in measured.iter_mut().zip(&contestants) {
            all.extend(run(contestant, &folder));
        }
    }
    println!(
        "| program | processor s | clock s | peak MiB | of the libraries' processor time | planted found |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    let names = std::iter::once("the libraries alone").chain(contestants.iter().map(|c| c.name));
    for (name, all) in names.zip(std::iter::once(&alone).chain(&measured)) {
        if all.is_empty() {
            println!("| {name} | not there | | | | |");
            continue;
        }
        let ratio = median(all.iter().zip(&alone).map(|(own, other)| own.processor_s / other.processor_s));
        let found =
            all.first().map_or(0, |run| planted.iter().filter(|name| run.output.contains(*name)).count());
        println!(
            "| {name} | {:.2} | {:.2} | {:.0} | {ratio:.2} | {found} of {} |",
            median(all.iter().map(|run| run.processor_s)),
            median(all.iter().map(|run| run.clock_s)),
            all.iter().map(|run| run.peak_mib).fold(0.0, f64::max),
            planted.len(),
        );
    }
}

/// The files in which something is planted.
fn planted(folder: &Path) -> Vec<String> {
    let list = std::fs::read(folder.with_extension("planted.json")).unwrap_or_default();
    let list: Vec<serde_json::Value> = serde_json::from_slice(&list).unwrap_or_default();
    list.iter().filter_map(|one| Some(format!("{}\"", one.get("path")?.as_str()?))).collect()
}

fn run(contestant: &Contestant, folder: &Path) -> Option<Run> {
    let arguments = contestant
        .arguments
        .iter()
        .map(|a| if *a == "{}" { folder.as_os_str().to_owned() } else { a.into() });
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%e %U %S %M"]).arg(contestant.program).args(arguments);
    timed(command)
}

fn run_alone(folder: &Path) -> Option<Run> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%e %U %S %M"]).arg(std::env::current_exe().ok()?);
    command.env("KAGIBAN_BENCH_ALONE", folder);
    timed(command)
}

/// Runs a program under the system's `time`; none where it cannot be started.
fn timed(mut command: Command) -> Option<Run> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    // 127 is what `time` answers for a program that is not there.
    (output.status.code() != Some(127)).then_some(())?;
    let told = String::from_utf8_lossy(&output.stderr);
    let told: Vec<f64> =
        told.lines().last()?.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let &[clock_s, user, system, kib] = told.as_slice() else { return None };
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(Run { clock_s, processor_s: user + system, peak_mib: kib / 1024.0, output })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn read_all(folder: &Path) {
    let files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.par_iter().for_each(|path| {
        if let Ok(bytes) = std::fs::read(path) {
            read_alone(&path.to_string_lossy(), &bytes);
        }
    });
}

/// Reads a document and what is in it.
fn read_alone(name: &str, bytes: &[u8]) {
    if bytes.starts_with(b"PK\x03\x04") {
        unzip(bytes);
    } else if bytes.starts_with(b"\x1f\x8b") {
        unpack(name, flate2::read::MultiGzDecoder::new(bytes));
    } else if bytes.starts_with(b"BZh") {
        unpack(name, bzip2::read::MultiBzDecoder::new(bytes));
    } else if bytes.starts_with(b"\xfd7zXZ") {
        unpack(name, lzma_rust2::XzReader::new(bytes, true));
    } else if bytes.starts_with(b"7z\xbc\xaf\x27\x1c") {
        let archive = sevenz_rust2::ArchiveReader::new(Cursor::new(bytes), sevenz_rust2::Password::empty());
        let _ = archive.and_then(|mut archive| {
            archive.for_each_entries(|entry, content| {
                unpack(entry.name(), content);
                Ok(true)
            })
        });
    } else if bytes.get(257..262) == Some(b"ustar") {
        let mut archive = tar::Archive::new(bytes);
        for mut entry in archive.entries().into_iter().flatten().flatten() {
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            unpack(&name, &mut entry);
        }
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        streams(bytes);
    } else if bytes.starts_with(b"%PDF-") {
        for at in memchr::memmem::find_iter(bytes, b"stream\n") {
            let mut out = Vec::new();
            let _ =
                flate2::read::ZlibDecoder::new(bytes.get(at + 7..).unwrap_or_default()).read_to_end(&mut out);
            black_box(out);
        }
    } else if name.ends_with(".eml") {
        let Some(message) = mail_parser::MessageParser::default().parse(bytes) else { return };
        black_box(message.text_bodies().count());
        message.attachments().for_each(|part| read_alone("", part.contents()));
    } else if name.ends_with(".xml") || name.ends_with(".rels") {
        events(bytes);
    } else {
        let text = std::str::from_utf8(bytes).is_err().then(|| encoding_rs::SHIFT_JIS.decode(bytes));
        black_box(text);
    }
}

fn unpack(name: &str, mut content: impl Read) {
    let mut bytes = Vec::new();
    let _ = content.read_to_end(&mut bytes);
    read_alone(name, &bytes);
}

fn unzip(bytes: &[u8]) {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return };
    for index in 0..archive.len() {
        if let Ok(entry) = archive.by_index(index) {
            let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
            unpack(&name, entry);
        }
    }
}

fn streams(bytes: &[u8]) {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return };
    let paths: Vec<PathBuf> =
        file.walk().filter(cfb::Entry::is_stream).map(|entry| entry.path().to_owned()).collect();
    for path in paths {
        let mut out = Vec::new();
        let _ = file.open_stream(path).map(|mut stream| stream.read_to_end(&mut out));
        black_box(out);
    }
}

fn events(bytes: &[u8]) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) | Err(_) => break,
            Ok(Event::Text(text)) => {
                black_box(text.xml10_content().len());
            }
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                black_box(tag.attributes().flatten().count());
            }
            Ok(_) => {}
        }
    }
}
