// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Leaves first; arrows go one way, downwards in this file to upwards.
var targets: [Target] = [
  // Text that people read: counts with their nouns, lists of names, the nearest right word, hidden characters made visible.
  .target(name: "Wording"),
  // Instants, civil dates and ISO 8601, without Foundation.
  .target(name: "CivilTime"),
  // Tables in memory: schema, typed columns, nulls.
  .target(name: "Columnar", dependencies: ["CivilTime"]),
  // JSON as a value, for configuration, logs and notebooks; never per event.
  .target(name: "JSONText"),
  // Files that are whole or absent after a crash.
  .target(name: "DurableFiles"),
  // Pure maths: a series in, verdicts out. No files, clocks or threads.
  .target(name: "AnomalyDetection", dependencies: ["CivilTime"]),
  // The REST contract of the retired service: request bodies in, answers out; no HTTP.
  .target(name: "DetectorREST", dependencies: ["AnomalyDetection", "CivilTime", "JSONText"]),
  // Notebooks as values; readers and writers of .ipynb, percent text, Databricks source, Markdown; HTML reports.
  .target(name: "NotebookFormat", dependencies: ["Ccmark", "DurableFiles", "JSONText", "Wording"]),
  // Parquet files <-> Columnar.
  .target(
    name: "Parquet", dependencies: ["CivilTime", "Columnar", "CSnappy", "CZlib", "CZstd", "DurableFiles", "JSONText"]),
  // The Delta protocol: log, snapshot, transaction.
  .target(name: "DeltaLake", dependencies: ["CivilTime", "Columnar", "DurableFiles", "JSONText", "Parquet"]),
  // Work that does not heed cancellation, or waits in C: apart from the tasks that wait for it.
  .target(name: "BlockingWork"),
  // Asking servers: libcurl behind plain C functions, since curl_easy_setopt is variadic, and that behind Swift.
  .target(name: "CHTTP", linkerSettings: [.linkedLibrary("curl")]),
  .target(name: "HTTPClient", dependencies: ["BlockingWork", "CHTTP"]),
  // Events, partitions, offsets; Embedded/ is the log on disk, Kafka/ a broker's topics.
  .target(
    name: "EventHub",
    dependencies: [
      "BlockingWork", "CivilTime", "DurableFiles", "JSONText",
      .target(name: "CRdKafka", condition: .when(traits: ["Kafka"])),
    ]),
  // Windows, aggregation state, micro-batches, checkpoints.
  .target(name: "StreamProcessing", dependencies: ["CivilTime", "Columnar", "DurableFiles", "JSONText"]),
  // Files of events and tables, and searches for tweets: CSV, JSON lines, X archives, X and Mastodon; also packed by gzip.
  .target(
    name: "EventFiles",
    dependencies: [
      "CivilTime", "Columnar", "CZlib", "DurableFiles", "EventHub", "HTTPClient", "JSONText", "Parquet", "Wording",
    ]),
  // SQL over tables that live elsewhere: SQLite, its views and functions.
  .target(name: "SQLEngine", dependencies: ["CivilTime", "Columnar", "CSQLite", "DeltaLake", "Wording"]),
  // Outputs for people: tables, plots and comparisons as text, HTML and SVG.
  .target(name: "Rendering", dependencies: ["CivilTime", "Columnar", "JSONText", "NotebookFormat", "Wording"]),
  // Session, commands, replay: everything but the terminal.
  .target(
    name: "GroundswellEngine",
    dependencies: [
      "AnomalyDetection", "BlockingWork", "CivilTime", "Columnar", "DeltaLake", "DetectorREST", "DurableFiles",
      "EventFiles", "EventHub", "JSONText", "NotebookFormat", "Parquet", "Rendering", "SQLEngine",
      "StreamProcessing", "Wording",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  // libedit behind plain C functions: el_set is variadic, which Swift cannot call.
  .target(name: "CLineEditor", linkerSettings: [.linkedLibrary("edit")]),
  // The program: prompt, completion, rendering for a terminal.
  .executableTarget(
    name: "groundswell",
    dependencies: [
      "CLineEditor", "DurableFiles", "GroundswellEngine", "NotebookFormat", "Rendering", "Wording",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),

  // SQLite answers the SQL cells: its C API, since virtual tables need it.
  .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
  // Kafka's protocol, for real hubs.
  .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
  // Markdown in reports.
  .systemLibrary(name: "Ccmark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"]), .brew(["cmark"])]),
  // Files of events, and Parquet's pages, that gzip packed.
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
  .testTarget(name: "AnomalyDetectionTests", dependencies: ["AnomalyDetection", "CivilTime"]),
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
  .testTarget(name: "SQLEngineTests", dependencies: ["CivilTime", "Columnar", "SQLEngine"]),
  .testTarget(
    name: "GroundswellEngineTests",
    dependencies: [
      "CivilTime", "Columnar", "DurableFiles", "GroundswellEngine", "NotebookFormat", "Rendering", "TestSupport",
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
    .library(name: "GroundswellEngine", targets: ["GroundswellEngine", "NotebookFormat", "CivilTime"]),
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
