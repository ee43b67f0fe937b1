import ArgumentParser
import Rendering

struct HelpCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Show all commands, one of them, or where the tutorial's steps went.",
    discussion: """
        help
        help detect
        help tutorial
      """.flowing)

  @Argument(help: "A command, tutorial or sql.", completion: .names(.command, or: ["tutorial", "sql"]))
  var topic: String?

  func run(in session: Session) async throws -> [Output] {
    guard let topic else { return [.aside(Self.overview)] }
    if topic == "tutorial" { return [.aside(TutorialMap.text)] }
    guard let type = CommandList.all.first(where: { $0._commandName == topic }) else {
      if let about = Self.sqlTopics[topic.lowercased()] ?? Self.otherTopics[topic.lowercased()] {
        return [.aside(about)]
      }
      throw UsageError.unknownCommand(topic, known: CommandList.names + ["tutorial"])
    }
    return [.aside(type.helpMessage(columns: 80))]
  }

  /// The commands by the tutorial's steps, on one screen of 80 columns and 24 lines.
  static var overview: String {
    let width = CommandList.groups.map(\.title.count).max() ?? 0
    var lines: [String] = []
    for group in CommandList.groups {
      var names = group.commands.map { $0._commandName }
      if group.title == "Look at the result" { names.append("SELECT …;") }
      if group.title == "The shell" { names.append("quit") }
      lines.append(
        group.title + String(repeating: " ", count: width - group.title.count + 2) + names.joined(separator: "  "))
    }
    return
      (lines + [
        "",
        "help COMMAND shows what it does, with examples; help tutorial, where its steps",
        "went; help sql, what SELECT can do. A first look, line by line:",
        "",
      ] + CommandList.firstLook.map { "  " + $0 } + [
        "",
        "$NAME stands for a parameter, # starts a comment, \\ at the end of a line continues",
        "it. Tab completes, Up recalls cells, Ctrl-R searches them, Ctrl-C stops the",
        "running cell, Ctrl-D or quit leaves.",
      ]).joined(separator: "\n")
  }

  private static let otherTopics: [String: String] = {
    let leaving = """
      quit and exit leave the shell, like Ctrl-D at an empty prompt. If queries are running,
      the shell asks first. On the command line, -c quit ends the cells.
      """
    let score = """
      score answers the detection requests in a file, one a line, as the retired service did.
      It is a command of the program, not of the shell:

        groundswell score requests.jsonl > responses.jsonl
        groundswell score --help
      """
    return ["quit": leaving, "exit": leaving, "score": score]
  }()

  private static let sqlTopics: [String: String] = {
    let text = """
      SELECT, WITH, VALUES, CREATE [OR REPLACE] [TEMP] VIEW and DROP VIEW run up to a
      semicolon or an empty line, over tables and views. A statement may take several
      lines.

        SELECT * FROM tweets ORDER BY average DESC LIMIT 5;
        SELECT date(groupTime) AS day, max(average) FROM tweets GROUP BY day;
        SELECT count(*) FROM tweets VERSION AS OF 0;
        EXPLAIN SELECT average FROM tweets WHERE groupTime >= '2019-04-10';
        SELECT anomalydetect(groupTime, average) AS anomaly FROM tweets;

      anomalydetect(time, value [, granularity [, sensitivity [, max ratio]]]) says
      whether the newest point is an anomaly. Functions of times, in UTC: date_trunc,
      window_start, time_add, to_timestamp, year to second, dayofweek, unix_seconds,
      unix_millis, timestamp_seconds, timestamp_millis, now.
      """
    return Dictionary(uniqueKeysWithValues: (["sql"] + SQLKeyword.allCases.map(\.rawValue)).map { ($0, text) })
  }()
}

/// Where the tutorial's steps and terms went.
enum TutorialMap {
  private static let steps: [(there: String, here: String)] = [
    ("Event Hubs namespace and hub", "connect hub tweets; or env:EVENT_HUB"),
    ("Databricks workspace and cluster", "nothing: groundswell, on this computer"),
    ("Twitter application; twitter4j", "send --sample, --from FILE, --query"),
    ("libraries attached to the cluster", "nothing"),
    ("Anomaly Detector resource and key", "connect detector built-in"),
    ("SendTweetsToEventHub", "run notebooks/SendTweetsToEventHub.ipynb"),
    ("AnalyzeTweetsFromEventHub", "run notebooks/AnalyzeTweetsFromEventHub.ipynb"),
    ("eventHubs.send(EventData)", "send"),
    ("spark.readStream, from_json", "stream messages --schema \"…\""),
    ("groupBy(window).agg(avg)", "aggregate hourly --window 1h --avg favorite"),
    ("writeStream.format(\"delta\")", "write hourly --to tweets --mode complete"),
    ("checkpointLocation", "kept by write: --checkpoint, --restart"),
    ("display(dataFrame)", "show hourly; plot tweets; watch tweets"),
    ("spark.sql, createOrReplaceTempView", "SELECT …; CREATE OR REPLACE TEMP VIEW …;"),
    ("anomalydetect, the UDAF", "SELECT anomalydetect(groupTime, average) …;"),
    ("POST timeseries/last/detect", "detect last tweets --window 72"),
    ("POST timeseries/entire/detect", "detect entire tweets --anomalies"),
    ("widgets, endTime, batchSize", "set end_time …; run … -p end_time VALUE"),
    ("a job every hour", "groundswell run … from cron; watch tweets"),
  ]

  static var text: String {
    let width = steps.map(\.there.count).max() ?? 0
    let lines = steps.map { $0.there + String(repeating: " ", count: width - $0.there.count + 2) + $0.here }
    return
      ([
        "Anomaly detection on streaming data using Azure Databricks, there and here", "",
      ] + lines).joined(separator: "\n")
  }
}
