// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Leaves first: a target depends only on targets above it, and on system libraries.
var targets: [Target] = [
  // Text that people read: counts with their nouns, lists of names, the nearest right word, hidden characters made visible.
  .target(name: "Wording"),
  // Instants, civil dates, time zones and ISO 8601, without Foundation.
  .target(name: "CivilTime"),
  // Tables in memory: schema, typed columns, nulls.
  .target(name: "Columnar", dependencies: ["CivilTime"]),
  // JSON as a value, for configuration, logs and notebooks; events have a faster scanner.
  .target(name: "JSONText"),
  // Files that are whole or absent after a crash; locks.
  .target(name: "DurableFiles"),
  // Anomaly detection as pure maths: a series in, verdicts out. No files, clocks or threads.
  .target(name: "AnomalyDetection", dependencies: ["CivilTime"]),
  // The REST contract of the retired service: request bodies in, responses out; no HTTP.
  .target(name: "DetectorREST", dependencies: ["AnomalyDetection", "JSONText"]),
  // Notebooks as values; reads and writes .ipynb, percent text, Databricks source and Markdown; writes HTML reports.
  .target(name: "NotebookFormat", dependencies: ["Ccmark", "DurableFiles", "JSONText", "Wording"]),
  // Reads and writes Parquet files.
  .target(
    name: "Parquet", dependencies: ["CivilTime", "Columnar", "CSnappy", "CZlib", "CZstd", "DurableFiles", "JSONText"]),
  // Delta tables: log, snapshots, transactions.
  .target(name: "DeltaLake", dependencies: ["CivilTime", "Columnar", "DurableFiles", "JSONText", "Parquet"]),
  // Runs blocking or uncancellable work off the cooperative pool.
  .target(name: "BlockingWork"),
  // libcurl behind plain C functions, since Swift cannot call the variadic curl_easy_setopt.
  .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
  // HTTP requests, with cancellation.
  .target(name: "HTTPClient", dependencies: ["BlockingWork", "CCurl"]),
  // Hubs of events with partitions and offsets: Embedded/ is a log on disk, Kafka/ a broker's topics.
  .target(
    name: "EventHub",
    dependencies: [
      "BlockingWork", "CivilTime", "DurableFiles", "JSONText", "Wording",
      .target(name: "CRdKafka", condition: .when(traits: ["Kafka"])),
    ]),
  // Streams in micro-batches: windows, aggregation state, watermarks, checkpoints.
  .target(name: "StreamProcessing", dependencies: ["CivilTime", "Columnar", "DurableFiles", "JSONText"]),
  // Files of events and tables, and searches for tweets: CSV, JSON lines, X archives, X and Mastodon; also packed by gzip.
  .target(
    name: "EventFiles",
    dependencies: [
      "CivilTime", "Columnar", "CZlib", "DurableFiles", "EventHub", "HTTPClient", "JSONText", "Parquet", "Rendering",
      "Wording",
    ]),
  // Outputs for people: tables, plots and comparisons as text, HTML and SVG.
  .target(name: "Rendering", dependencies: ["CivilTime", "Columnar", "JSONText", "NotebookFormat", "Wording"]),
  // What cells define, and the protocols of a backend: streams, aggregates, relations; hubs, a catalogue, queries.
  .target(
    name: "Pipeline",
    dependencies: ["CivilTime", "Columnar", "DurableFiles", "EventHub", "StreamProcessing", "Wording"]),
  // SQL over tables that live elsewhere: SQLite, its views and functions.
  .target(name: "SQLEngine", dependencies: ["CivilTime", "Columnar", "CSQLite", "Pipeline", "Wording"]),
  // The backend of this machine: hubs, tables and checkpoints in a folder, queries in this process.
  .target(
    name: "LocalPipeline",
    dependencies: [
      "BlockingWork", "CivilTime", "Columnar", "DeltaLake", "DurableFiles", "EventHub", "Pipeline", "SQLEngine",
      "StreamProcessing", "Wording",
    ]),
  // Session, commands, replay: everything but the terminal and the backend.
  .target(
    name: "GroundswellEngine",
    dependencies: [
      "AnomalyDetection", "BlockingWork", "CivilTime", "Columnar", "DeltaLake", "DetectorREST", "DurableFiles",
      "EventFiles", "EventHub", "HTTPClient", "JSONText", "NotebookFormat", "Parquet", "Pipeline", "Rendering",
      "StreamProcessing", "Wording",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  // libedit behind plain C functions, since Swift cannot call the variadic el_set.
  .target(name: "CLineEditor", linkerSettings: [.linkedLibrary("edit")]),
  // The program: the command line, the prompt, the terminal.
  .executableTarget(
    name: "groundswell",
    dependencies: [
      "BlockingWork", "CLineEditor", "DurableFiles", "GroundswellEngine", "LocalPipeline", "NotebookFormat",
      "Rendering", "Wording",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),

  // SQLite's C API, which virtual tables need.
  .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
  // Kafka's protocol.
  .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
  // Markdown in reports.
  .systemLibrary(name: "Ccmark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"]), .brew(["cmark"])]),
  // gzip, in files of events and in Parquet's pages.
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
  // Parquet's codecs.
  .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"]), .brew(["snappy"])]),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

  // What several tests use: transcripts, temporary folders.
  .target(name: "TestSupport", dependencies: ["DurableFiles"], path: "Tests/TestSupport"),
  .testTarget(name: "WordingTests", dependencies: ["Wording"]),
  .testTarget(name: "CivilTimeTests", dependencies: ["CivilTime"]),
  .testTarget(name: "ColumnarTests", dependencies: ["Columnar"]),
  .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
  .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles", "TestSupport"]),
  .testTarget(name: "AnomalyDetectionTests", dependencies: ["AnomalyDetection"]),
  .testTarget(
    name: "DetectorRESTTests", dependencies: ["AnomalyDetection", "DetectorREST", "JSONText"], exclude: ["Golden"]),
  .testTarget(name: "NotebookFormatTests", dependencies: ["JSONText", "NotebookFormat"]),
  .testTarget(name: "ParquetTests", dependencies: ["CivilTime", "Columnar", "JSONText", "Parquet"]),
  .testTarget(
    name: "DeltaLakeTests",
    dependencies: ["CivilTime", "Columnar", "DeltaLake", "DurableFiles", "JSONText", "Parquet"]),
  .testTarget(name: "EventHubTests", dependencies: ["CivilTime", "DurableFiles", "EventHub"]),
  .testTarget(
    name: "StreamProcessingTests",
    dependencies: ["CivilTime", "Columnar", "DurableFiles", "JSONText", "StreamProcessing"]),
  .testTarget(name: "EventFilesTests", dependencies: ["CivilTime", "DurableFiles", "EventFiles"]),
  .testTarget(name: "RenderingTests", dependencies: ["CivilTime", "Columnar", "Rendering"]),
  .testTarget(name: "SQLEngineTests", dependencies: ["CivilTime", "Columnar", "Pipeline", "SQLEngine"]),
  .testTarget(
    name: "GroundswellEngineTests",
    dependencies: [
      "AnomalyDetection", "CivilTime", "Columnar", "DeltaLake", "DurableFiles", "EventFiles", "EventHub",
      "GroundswellEngine", "HTTPClient",
      "LocalPipeline", "NotebookFormat", "Parquet", "Pipeline", "Rendering", "StreamProcessing", "TestSupport",
    ]),
  .testTarget(
    name: "BackendTests",
    dependencies: [
      "CivilTime", "Columnar", "DeltaLake", "DurableFiles", "EventHub", "LocalPipeline", "Pipeline", "SQLEngine",
      "StreamProcessing", "TestSupport",
    ]),
]

// Benchmarks join the build only when asked for: GROUNDSWELL_BENCHMARKS=1 swift run -c release benchmarks [detection|tables|fuzz]
if ProcessInfo.processInfo.environment["GROUNDSWELL_BENCHMARKS"] != nil {
  targets.append(
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "AnomalyDetection", "CivilTime", "Columnar", "DeltaLake", "DurableFiles", "EventHub", "JSONText", "Parquet",
        "StreamProcessing",
      ],
      path: "Tests/Benchmarks", exclude: ["client.c", "detection.py", "hubs.py", "tables.py"]))
}

for target in targets where target.type != .system {
  // An import says whether a target's own interface shows the module: `package import`, `public import`.
  target.swiftSettings = [.enableUpcomingFeature("InternalImportsByDefault")]
  // The gate builds with warnings as errors; a newer compiler's new warnings should not stop anybody else.
  if ProcessInfo.processInfo.environment["GROUNDSWELL_STRICT"] != nil {
    target.swiftSettings?.append(.treatAllWarnings(as: .error))
  }
}

let package = Package(
  name: "groundswell",
  platforms: [.macOS(.v15)],
  products: [
    .library(
      name: "GroundswellEngine", targets: ["GroundswellEngine", "LocalPipeline", "NotebookFormat", "CivilTime"]),
    .library(name: "AnomalyDetection", targets: ["AnomalyDetection", "CivilTime"]),
    .executable(name: "groundswell", targets: ["groundswell"]),
  ],
  traits: [
    .trait(name: "Kafka", description: "Event Hubs and Kafka, through librdkafka."),
    .default(enabledTraits: ["Kafka"]),
  ],
  dependencies: [
    // Commands, help and the data behind completion.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
