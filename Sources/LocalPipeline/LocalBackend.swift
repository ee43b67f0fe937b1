import Columnar
import DurableFiles
public import Pipeline
import StreamProcessing

extension Platform {
  /// This machine: hubs, tables and checkpoints in a folder, brokers over the network.
  ///
  /// - Parameter workspace: the folder; created when something is first kept in it.
  public static func local(workspace: String = ".groundswell") -> Platform {
    Platform { services in
      let workspace = Workspace(path: workspace)
      let hubs = LocalHubs(workspace: workspace, clock: services.clock)
      return try LocalBackend(workspace: workspace, services: services, hubs: hubs)
    }
  }
}

/// Hubs, streams, tables and queries of one workspace, run by this process.
struct LocalBackend: Backend {
  let folders: Workspace
  let services: SessionServices
  let hubs: any Hubs
  let tables: LocalTables

  /// - Throws: ``SQLError`` if SQLite cannot start.
  init(workspace: Workspace, services: SessionServices, hubs: any Hubs) throws {
    folders = workspace
    self.services = services
    self.hubs = hubs
    tables = try LocalTables(workspace, services)
  }

  var description: String { "this machine" }

  var workspace: String { folders.path }

  var isNew: Bool { get throws { try !DurableFiles.exists(workspace) } }

  var catalog: any Catalog { tables }

  func rows(
    of relation: Relation, limit: Int?, on event: @escaping @Sendable (ReadEvent) -> Void
  ) async throws -> Rows {
    switch relation {
    case .table(let name, let version): return try await tables.rows(of: name, version, limit: limit, on: event)
    case .sql(let statement): return Rows(try await tables.rows(of: statement, on: event).first(limit))
    case .stream(let stream): return Rows(try await rows(of: stream, limit: limit ?? .max, on: event))
    case .aggregate(let aggregate): return Rows(try await rows(of: aggregate, on: event).first(limit))
    }
  }

  /// The aggregate over everything that its hub holds now.
  private func rows(
    of aggregate: AggregateDefinition, on event: @escaping @Sendable (ReadEvent) -> Void
  ) async throws -> Table {
    let stream = aggregate.stream
    let hub = try await hubs.hub(toRead: stream.hub)
    event(.source("the hub \(hub.name)", version: nil))
    let execution = MicroBatchExecution(
      source: try await HubSource(hub) { event(.waiting($0)) }, plan: aggregate.plan,
      startOffsets: stream.startOffsets, timeFormat: stream.timeFormat)
    let (result, progress) = try await execution.computeOnce { report in
      if case .read(let progress) = report { event(.eventsRead(progress)) }
    }
    event(.aggregated(progress, windows: result.rowCount))
    return result
  }

  /// The hubs of a rehearsal change nothing outside of its folder.
  func rehearsal(in folder: String) throws -> any Backend {
    let workspace = Workspace(path: folder)
    let hubs = RehearsalHubs(LocalHubs(workspace: workspace, clock: services.clock)) { address in
      guard case .embedded(let target) = address else { return false }
      return RealPath.isWithin(workspace.path, workspace.hub(target))
    }
    return try LocalBackend(workspace: workspace, services: services, hubs: hubs)
  }
}

extension Table {
  fileprivate func first(_ limit: Int?) -> Table {
    limit.map { $0 < rowCount ? rows(0..<$0) : self } ?? self
  }
}
