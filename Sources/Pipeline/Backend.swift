package import CivilTime

/// Where cells run: the hubs, tables and queries behind a session.
///
/// A session knows its backend by this protocol alone; programs choose an implementation, by a ``Platform``.
package protocol Backend: Sendable {
  /// Where cells run, for people: `this machine`.
  var description: String { get }

  /// The folder on this machine that keeps what belongs to the session: checkpoints, how far searches were sent.
  var workspace: String { get }

  /// Whether nothing was ever kept here.
  var isNew: Bool { get throws }

  var hubs: any Hubs { get }

  var catalog: any Catalog { get }

  /// The rows of a relation as it is now.
  ///
  /// - Parameters:
  ///   - limit: at most this many rows; nil gives all.
  ///   - event: is called as reading goes on, from any thread, and never after the last piece.
  /// - Throws: ``NoSuchTable`` for a name that no table or view has, ``SQLError``, what reading hubs and files throws,
  ///   and `CancellationError`.
  func rows(
    of relation: Relation, limit: Int?, on event: @escaping @Sendable (ReadEvent) -> Void
  ) async throws -> Rows

  /// Names the fields of a stream that none of its first events has, in words for people.
  ///
  /// - Returns: nil if all are there, or the hub has no events, or does not answer within seconds.
  func missingFields(of stream: StreamDefinition) async -> String?

  /// Starts a query.
  ///
  /// - Parameter event: is called with what a person may want to know at once.
  /// - Throws: an error if the query may not write to the table, or its checkpoint is another query's.
  func start(
    _ write: StreamWrite, on event: @escaping @Sendable (QueryEvent) -> Void
  ) async throws -> any RunningQuery

  /// A backend of the same kind for rehearsals: it keeps everything in a folder, and changes nothing outside of it.
  func rehearsal(in folder: String) throws -> any Backend
}

extension Backend {
  /// The same, for callers that only want the rows.
  package func rows(of relation: Relation, limit: Int? = nil) async throws -> Rows {
    try await rows(of: relation, limit: limit) { _ in }
  }
}

/// What a session gives its backend.
package struct SessionServices: Sendable {
  /// Functions that SQL statements may call.
  package let functions: [SQLFunction]
  /// Makes the message of a SQL statement that fails with an error of a table or a function.
  package let sentences: @Sendable (any Error) -> String
  /// The time now, UTC.
  package let clock: @Sendable () -> Timestamp

  package init(
    functions: [SQLFunction], sentences: @escaping @Sendable (any Error) -> String = { "\($0)" },
    clock: @escaping @Sendable () -> Timestamp
  ) {
    self.functions = functions
    self.sentences = sentences
    self.clock = clock
  }
}

/// A choice of backend, which a program makes and hands to a session: `Session(on: .local())`.
public struct Platform: Sendable {
  private let make: @Sendable (SessionServices) throws -> any Backend

  package init(_ make: @escaping @Sendable (SessionServices) throws -> any Backend) { self.make = make }

  package func backend(_ services: SessionServices) throws -> any Backend { try make(services) }
}

/// A link in a workspace that leads out of it, so that writing would change what it leads to.
package struct LinkOutOfWorkspace: Error, Hashable {
  package let path: String

  package init(path: String) { self.path = path }
}
