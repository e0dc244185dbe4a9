//! Nodes end at every step of their stores, during every command of a bill's life; they are opened again and the corridor
//! goes on. Nothing acknowledged is lost, the record has one controller, the log is consistent, and the disks alone give
//! the state.

use std::collections::{BTreeMap, BTreeSet};

use crypto::entropy::SeededEntropy;
use store::observer::Step;

use crate::{
    rig::{Bin, Wire},
    script::{Command, Play, SCRIPT, cast, cast_in_folder},
    stage::Stage,
};

/// Kills in an ordinary run; `TWAKOW_KILLS` asks for more.
const KILLS: usize = 240;

/// The steps of a crossing transfer by their names in docs/control.md: where each is made durable.
const NAMED: [(&str, &str, &str, Step); 12] = [
    ("TX1 offer", "platform-a", "hears /v1/lookup", Step::InOutbox),
    ("envelope kept", "platform-b", "serves /v3/envelopes", Step::AfterIndex),
    ("documents sent", "platform-a", "hears /v3/envelopes", Step::InOutbox),
    ("document kept", "platform-b", "serves /v3/envelopes/{}/additional-documents/{}", Step::InBlob),
    ("finish sent", "platform-a", "hears /v3/envelopes/{}/additional-documents/{}", Step::InOutbox),
    ("offer taken up", "platform-b", "serves /v3/envelopes/{}/finish-transfer", Step::InOutbox),
    ("TX2 acceptance", "platform-b", "hears /v1/lookup of an offer", Step::AfterClaim),
    ("TX2 decline", "platform-b", "hears /v1/lookup of an offer", Step::AfterClaim),
    ("TX3 admission", "registry", "serves /v1/submit", Step::AfterAppend),
    ("TX4 possession", "platform-b", "hears /v1/lookup", Step::AfterIndex),
    ("TX5 moved", "platform-a", "hears /v1/lookup", Step::AfterIndex),
    ("answer kept", "platform-a", "hears /v3/envelopes/{}/finish-transfer", Step::AfterIndex),
];

/// A command, with what it finds.
struct Scene {
    command: &'static Command,
    start: Stage,
    play: Play,
    /// Every step that any store takes while the command runs undisturbed.
    trace: Vec<Bin>,
}

fn scenes(seed: &str) -> Vec<Scene> {
    let mut stage = cast(seed);
    let mut play = Play::default();
    let mut scenes = Vec::new();
    for command in &SCRIPT {
        let (start, before) = (stage.fork(), play.clone());
        // On nodes that have just started, as those are that will be ended.
        stage = start.fork();
        stage.rig.watched.lock().unwrap().trace.clear();
        command.run(&mut stage, &mut play);
        let trace = stage.rig.watched.lock().unwrap().trace.clone();
        scenes.push(Scene { command, start, play: before, trace });
    }
    scenes
}

impl Scene {
    /// Runs the command while nodes end at these steps.
    fn run(&self, ends_at: BTreeSet<usize>, wire: Wire, entropy: Option<SeededEntropy>) -> Stage {
        let (mut stage, mut play) = (self.start.fork(), self.play.clone());
        stage.rig.watched.lock().unwrap().ends_at = ends_at;
        stage.rig.wire = wire;
        if let Some(entropy) = entropy {
            stage.rig.entropy = entropy;
        }
        self.command.run(&mut stage, &mut play);
        stage
    }
}

fn kills_wanted() -> usize {
    wanted(KILLS)
}

/// As many kills as `TWAKOW_KILLS` asks for, or so many.
pub(crate) fn wanted(otherwise: usize) -> usize {
    std::env::var("TWAKOW_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(otherwise)
}

/// As many steps of all scenes as are wanted: one in each bin that occurs, then evenly through the traces.
fn choose(scenes: &[Scene], wanted: usize) -> BTreeSet<(usize, usize)> {
    let mut chosen = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (scene, number, bin) in every_step(scenes) {
        // In a bin of its own within the scene when it stands for a named step of the transfer.
        let named =
            NAMED.iter().any(|(_, node, doing, step)| (*node, *doing, *step) == (&bin.0, &bin.1, bin.2));
        if seen.insert((named.then_some(scene), bin)) {
            chosen.insert((scene, number));
        }
    }
    let others: Vec<(usize, usize)> = every_step(scenes)
        .map(|(scene, number, _)| (scene, number))
        .filter(|step| !chosen.contains(step))
        .collect();
    let missing = wanted.saturating_sub(chosen.len()).min(others.len());
    chosen.extend((0..missing).map(|count| others[count * others.len() / missing]));
    chosen
}

fn every_step(scenes: &[Scene]) -> impl Iterator<Item = (usize, usize, &Bin)> {
    scenes.iter().enumerate().flat_map(|(scene, found)| {
        found.trace.iter().enumerate().map(move |(number, bin)| (scene, number, bin))
    })
}

#[test]
fn a_node_ends_at_every_step_of_every_command() {
    let scenes = scenes("kills");
    let chosen = choose(&scenes, kills_wanted());
    let mut histogram: BTreeMap<(String, Step), usize> = BTreeMap::new();
    let mut killed: BTreeSet<(&str, Bin)> = BTreeSet::new();
    for (scene, number) in &chosen {
        let scene = &scenes[*scene];
        let bin = &scene.trace[*number];
        let stage = scene.run([*number].into(), Wire::default(), None);
        let taken = stage.rig.watched.lock().unwrap().trace[*number].clone();
        assert_eq!(
            (&taken, stage.rig.ended),
            (bin, 1),
            "{}: the node ended where it was told",
            scene.command.name
        );
        *histogram.entry((bin.0.clone(), bin.2)).or_default() += 1;
        killed.insert((scene.command.name, bin.clone()));
    }
    let possible: BTreeSet<_> = every_step(&scenes).map(|(.., bin)| (bin.0.clone(), bin.2)).collect();
    for bin in &possible {
        println!("{:5}  {}  {}", histogram.get(bin).copied().unwrap_or(0), bin.0, bin.1.name());
    }
    println!("{} kills in {} commands", chosen.len(), scenes.len());
    assert!(possible.iter().all(|bin| histogram.contains_key(bin)), "a step without a kill");
    for (name, node, doing, step) in NAMED {
        let command = if name == "TX2 decline" { "declined crossing" } else { "crossing" };
        let bin = (node.to_owned(), doing.to_owned(), step);
        assert!(killed.contains(&(command, bin)), "{name}: no kill");
    }
    assert!(chosen.len() >= kills_wanted());
}

/// A tenth of the kills, on stores in files: once without an end, to see how many steps each command takes there, then again
/// and again with an end in each command, at another place each time.
#[test]
fn nodes_end_on_stores_in_files() {
    let mut lengths = Vec::new();
    let mut stage = cast_in_folder("kills in files");
    let mut play = Play::default();
    for command in &SCRIPT {
        let before = stage.rig.watched.lock().unwrap().trace.len();
        command.run(&mut stage, &mut play);
        lengths.push(stage.rig.watched.lock().unwrap().trace.len() - before);
    }
    assert_eq!(stage.rig.ended, 0);
    let passes = kills_wanted().div_ceil(10 * SCRIPT.len());
    let mut steps: BTreeMap<Step, usize> = BTreeMap::new();
    for pass in 0..passes {
        let mut stage = cast_in_folder("kills in files");
        let mut play = Play::default();
        for ((count, command), length) in SCRIPT.iter().enumerate().zip(&lengths) {
            // Within the first nine tenths: the last steps may not come when an earlier end has changed the course.
            let place = (pass * 8 + count) * length * 9 / (passes * 8 * 10);
            let number = stage.rig.watched.lock().unwrap().trace.len() + place;
            stage.rig.watched.lock().unwrap().ends_at = [number].into();
            command.run(&mut stage, &mut play);
            assert_eq!(stage.rig.ended, count + 1, "{}: step {place} of {length}", command.name);
            let step = stage.rig.watched.lock().unwrap().trace[number].2;
            *steps.entry(step).or_default() += 1;
        }
    }
    for (step, kills) in &steps {
        println!("{kills:5}  {}", step.name());
    }
    println!("{} kills on stores in files", steps.values().sum::<usize>());
    assert!(steps.values().sum::<usize>() * 10 >= kills_wanted());
}

#[test]
fn nodes_end_while_messages_are_lost_doubled_and_reordered() {
    let scenes = scenes("kills on a bad wire");
    let mut ended = 0;
    for (scene, round) in scenes.iter().flat_map(|scene| (0..5_usize).map(move |round| (scene, round))) {
        let steps = scene.trace.len();
        // Three ends, spread over the command and shifted from round to round.
        let ends_at = (0..3).map(|count| (round * steps / 15 + count * steps / 3) % steps).collect();
        let wire = Wire { trouble: 64, ..Wire::default() };
        let entropy = SeededEntropy::named(&format!("{} {round}", scene.command.name));
        ended += scene.run(ends_at, wire, Some(entropy)).rig.ended;
    }
    println!("{ended} kills on a bad wire");
    assert!(ended >= 60, "{ended}");
}
