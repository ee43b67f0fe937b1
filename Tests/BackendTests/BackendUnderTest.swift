import CivilTime
import Columnar
import DurableFiles
import EventHub
import LocalPipeline
import Pipeline
import StreamProcessing
import Testing

/// A kind of backend that must keep the contract.
enum BackendKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case local, memory

  var testDescription: String { rawValue }

  func backend(in folder: String) throws -> any Backend {
    let services = SessionServices(
      functions: [
        SQLFunction("twice", arguments: 1...1, .scalar { .integer(($0[0].wholeNumber ?? 0) * 2) }),
        SQLFunction("how_many", arguments: 1...1, .aggregate { .integer(Int64($0.count)) }),
      ], clock: { Timestamp(seconds: 1_556_150_400) })
    switch self {
    case .local: return try Platform.local(workspace: folder + "/workspace").backend(services)
    case .memory: return try MemoryBackend(services, folder: folder)
    }
  }
}

/// A backend, and what tests do with it again and again.
struct BackendUnderTest {
  let backend: any Backend
  /// A folder that is removed behind the test.
  let folder: String

  static func with(_ kind: BackendKind, _ test: (BackendUnderTest) async throws -> Void) async throws {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    try await test(BackendUnderTest(backend: kind.backend(in: folder), folder: folder))
  }

  static let hub = HubAddress.embedded("tweets")
  static let schema = Schema([Field("timestamp", .timestamp), Field("favorite", .integer)])

  /// Sends events, each by its hour of 2019-04-24 and its likes.
  func send(_ events: [(hour: Int, likes: Int)]) async throws {
    try await send(
      bodies: events.map {
        let hour = $0.hour < 10 ? "0\($0.hour)" : "\($0.hour)"
        return #"{"timestamp":"2019-04-24T\#(hour):10:00.000Z","favorite":\#($0.likes)}"#
      })
  }

  func send(bodies: [String]) async throws {
    let hub = try await backend.hubs.hub(toSendTo: Self.hub)
    var batch = EventBatch()
    for body in bodies { batch.append(body: body.utf8) }
    try await hub.sender(clock: { Timestamp(seconds: 1_556_150_400) }, tell: { _ in }).send(batch)
  }

  func stream(from position: Position = .start) async throws -> StreamDefinition {
    let hub = try await backend.hubs.hub(toRead: Self.hub)
    return StreamDefinition(
      name: "messages", hub: Self.hub, hubName: hub.name, schema: Self.schema, timeFormat: nil,
      startOffsets: try await hub.offsets(of: position))
  }

  func hourly(watermark: String? = nil, from position: Position = .start) async throws -> AggregateDefinition {
    AggregateDefinition(
      name: "hourly", stream: try await stream(from: position),
      plan: try AggregationPlan(
        window: try WindowSpecification(length: try EventTimeInterval(parsing: "1h")),
        aggregates: [Aggregate(.avg, of: "favorite", as: "average")],
        watermarkDelay: try watermark.map { try EventTimeInterval(parsing: $0) }, input: Self.schema))
  }

  /// Writes what is new, to its end.
  func write(_ write: StreamWrite) async throws -> QueryProgress {
    try await backend.start(write) { _ in }.result()
  }

  /// A relation's rows as lines, each value by its text.
  func lines(_ relation: Relation, limit: Int? = nil) async throws -> [String] {
    Self.lines(try await backend.rows(of: relation, limit: limit).collected())
  }

  static func lines(_ rows: Table) -> [String] {
    (0..<rows.rowCount).map { rows.row($0).map(\.description).joined(separator: " ") }
  }
}
