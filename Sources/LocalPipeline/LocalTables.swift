import BlockingWork
import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import Pipeline
import SQLEngine
import StreamProcessing
import Synchronization

/// The workspace's tables, and SQL over them: on a thread of its own, since statements and files take their time.
actor LocalTables {
  let workspace: Workspace
  private let executor = BlockingExecutor("groundswell.tables")
  private let database: SQLDatabase
  private let cache = ColumnCache()
  /// The tables as SQL sees them.
  private var attached: [String: Snapshot] = [:]
  /// What was found out about the attached ones: rows are counted from the statistics of all files.
  private var known: [String: TableStatus] = [:]
  /// Those that cannot be read, with the reason.
  private var unreadable: [String: any Error] = [:]
  private let listener = Listener()
  /// What was known by name when the last piece of work ended, and whether another one goes on.
  private let state = Mutex((isBusy: false, names: CatalogNames()))

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Hears what a statement reads; its actor's alone.
  private final class Listener {
    var hear: @Sendable (ReadEvent) -> Void = { _ in }
  }

  /// - Throws: ``SQLError`` if SQLite cannot start.
  init(_ workspace: Workspace, _ services: SessionServices) throws {
    self.workspace = workspace
    let database = try SQLDatabase(message: services.sentences)
    for function in services.functions + TimeFunctions.all(clock: services.clock) { database.define(function) }
    self.database = database
  }

  // MARK: Names

  /// Answers also while a statement runs: then with what was known before it.
  nonisolated func names() async -> CatalogNames {
    let (isBusy, names) = state.withLock { $0 }
    return isBusy ? names : await currentNames()
  }

  private func currentNames() -> CatalogNames {
    try? refresh()
    var names = CatalogNames()
    names.columns = database.columnNamesByTable
    names.functions = database.functionNames
    state.withLock { [names] in $0.names = names }
    return names
  }

  /// Does work that may take long.
  func busy<Answer>(_ work: () throws -> Answer) rethrows -> Answer {
    if state.withLock({ $0.names.functions.isEmpty }) { _ = currentNames() }
    state.withLock { $0.isBusy = true }
    defer { state.withLock { $0.isBusy = false } }
    return try work()
  }

  // MARK: Tables

  /// Makes the tables, as they are now, readable by SQL. One that cannot be read does not hide the others.
  private func refresh() throws {
    let names = try workspace.tableNames()
    for gone in attached.keys where !names.contains(gone) {
      try database.detach(gone)
      (attached[gone], known[gone]) = (nil, nil)
    }
    unreadable = [:]
    for name in names {
      do {
        let last = attached[name]
        if let last, last.isCurrent { continue }
        let snapshot = try last?.updated() ?? DeltaTable(opening: workspace.table(name)).snapshot()
        try attach(snapshot, as: name, called: name)
        (attached[name], known[name]) = (snapshot, nil)
      } catch {
        unreadable[name] = error
        known[name] = nil
        if attached.removeValue(forKey: name) != nil { try database.detach(name) }
      }
    }
  }

  /// The name of a table as the workspace writes it, whatever its case in a statement; nil if no table has it.
  private func tableName(_ name: String) -> String? {
    if attached[name] != nil || unreadable[name] != nil { return name }
    return (Array(attached.keys) + unreadable.keys).first { $0.lowercased() == name.lowercased() }
  }

  /// A table as it was at the last refresh; nil if there is none.
  ///
  /// - Throws: why it cannot be read.
  private func snapshot(_ name: String) throws -> (name: String, snapshot: Snapshot)? {
    guard let found = tableName(name) else { return nil }
    if let error = unreadable[found] { throw error }
    return attached[found].map { (found, $0) }
  }

  /// A table that must be there, to be read.
  ///
  /// - Throws: ``NoSuchTable``.
  func existingTable(_ name: String) throws -> DeltaTable {
    let path = try workspace.table(name)
    guard try DeltaTable.exists(at: path) else { throw NoSuchTable(name: name, known: try workspace.tableNames()) }
    return try DeltaTable(opening: path)
  }

  /// The same, to be changed.
  func tableForWriting(_ name: String) throws -> DeltaTable {
    _ = try existingTable(name)
    return try DeltaTable(opening: workspace.tableForWriting(name))
  }

  func status(_ name: String) throws -> TableStatus? {
    try refresh()
    return try snapshot(name).map { try status($0.name, $0.snapshot) }
  }

  func statuses() throws -> [TableStatus] {
    try refresh()
    return try workspace.tableNames().map { name in
      do {
        if let snapshot = attached[name] { return try status(name, snapshot) }
      } catch {
        unreadable[name] = error
      }
      var status = TableStatus(name)
      status.fault = unreadable[name]
      return status
    }
  }

  private func status(_ name: String, _ snapshot: Snapshot) throws -> TableStatus {
    if let status = known[name] { return status }
    var status = TableStatus(name)
    status.version = snapshot.version
    status.rowCount = snapshot.rowCount
    status.schema = snapshot.schema
    status.windows = try DeltaSink.window(of: snapshot.properties)
    known[name] = status
    return status
  }

  func contains(_ name: String) throws -> Bool {
    try refresh()
    return tableName(name) != nil || database.hasView(name)
  }

  func checkCanBeTable(_ name: String) throws {
    try ResourceName.check(name)
    try refresh()
    if database.hasView(name) { throw NameFault.takenByView(name) }
    if let other = tableName(name), other != name { throw NameFault.takenByTable(name, other: other) }
  }

  // MARK: Rows

  /// - Throws: ``NoSuchTable``, ``SQLError``, what reading the table throws.
  func rows(
    of name: String, _ version: TableVersion?, limit: Int?, on event: @escaping @Sendable (ReadEvent) -> Void
  ) throws -> Rows {
    try refresh()
    guard let snapshot = try version.map({ try self.snapshot(name, at: $0) }) ?? self.snapshot(name)?.snapshot else {
      guard database.hasView(name) else { throw NoSuchTable(name: name, known: database.names) }
      let statement = "SELECT * FROM \(SQLTable.quoted(name))" + (limit.map { " LIMIT \($0)" } ?? "")
      return Rows(try rows(of: statement, on: event))
    }
    event(.source(tableName(name) ?? name, version: snapshot.version))
    let reading = SnapshotReading(snapshot, limit: limit, tables: self, event)
    return Rows(schema: snapshot.schema) { try await reading.next() }
  }

  private func snapshot(_ name: String, at version: TableVersion) throws -> Snapshot {
    let table = try existingTable(tableName(name) ?? name)
    switch version {
    case .number(let number): return try table.snapshot(version: number)
    case .time(let time): return try table.snapshot(version: table.version(at: time))
    }
  }

  /// All columns of a row group.
  func columns(of group: Snapshot.RowGroup, in snapshot: Snapshot) throws -> Table {
    try cache.columns(Array(snapshot.schema.fields.indices), of: group, in: snapshot)
  }

  /// Runs a SQL statement over the tables as they are now, or as they were if it says so.
  func rows(of statement: String, on event: @escaping @Sendable (ReadEvent) -> Void) throws -> Table {
    try refresh()
    listener.hear = event
    defer { listener.hear = { _ in } }
    return try busy {
      var versions: [String] = []
      // What is read of the past is readable for this statement alone.
      defer { for name in versions { try? database.detach(name) } }
      let travel = TimeTravel(statement)
      let text = try travel.naming(
        travel.references.map { try attach($0.table, Self.version($0.point), &versions) })
      while true {
        do { return try database.execute(text) } catch let error as SQLError {
          // A view may look at the past, too.
          if let name = error.unknownTable, let past = TimeTravel.version(inName: name), !versions.contains(name) {
            _ = try attach(past.table, .number(past.version), &versions)
            continue
          }
          if let reason = error.unknownTable.flatMap({ tableName($0) }).flatMap({ unreadable[$0] }) { throw reason }
          throw error
        }
      }
    }
  }

  private static func version(_ point: TimeTravel.Point) throws -> TableVersion {
    switch point {
    case .version(let number): return .number(number)
    case .time(let text):
      guard let time = Timestamp(text) else {
        throw SQLError(message: "TIMESTAMP AS OF '\(text)': invalid time", statement: "")
      }
      return .time(time)
    }
  }

  /// Makes an older version readable for the statement that runs.
  ///
  /// - Returns: the name that it has in SQL.
  private func attach(_ table: String, _ version: TableVersion, _ versions: inout [String]) throws -> String {
    let snapshot = try snapshot(table, at: version)
    let table = tableName(table) ?? table
    let name = TimeTravel.name(of: table, version: snapshot.version)
    if !versions.contains(name) {
      try attach(snapshot, as: name, called: table)
      versions.append(name)
    }
    return name
  }

  /// Makes a version of a table readable by SQL: row groups are read when a statement comes to them, of the columns that it
  /// asks for, and only if their statistics leave room for a row that it wants.
  private func attach(_ snapshot: Snapshot, as name: String, called table: String) throws {
    let (cache, listener) = (cache, listener)
    try database.attach(
      SQLTable(
        schema: snapshot.schema, rowCount: snapshot.rowCount,
        fileCounts: { (snapshot.files(where: $0).count, snapshot.fileCount) }
      ) { columns, conditions in
        listener.hear(.source(table, version: snapshot.version))
        var done: Int64 = 0
        var files = snapshot.files(where: conditions)[...]
        var groups: ArraySlice<Snapshot.RowGroup> = []
        return {
          while groups.isEmpty {
            guard let file = files.popFirst() else { return nil }
            groups = try snapshot.rowGroups(of: file, where: conditions)[...]
          }
          return try groups.popFirst().map { group in
            defer {
              done += Int64(group.rowCount)
              listener.hear(.rowsRead(done, of: conditions.isEmpty ? snapshot.rowCount : nil))
            }
            return try cache.columns(columns, of: group, in: snapshot)
          }
        }
      }, as: name)
  }
}

/// Reads the rows of a snapshot, row group by row group.
private actor SnapshotReading {
  private let snapshot: Snapshot
  private let tables: LocalTables
  private let event: @Sendable (ReadEvent) -> Void
  private var files: ArraySlice<Snapshot.DataFile>
  private var groups: ArraySlice<Snapshot.RowGroup> = []
  /// How many rows are still wanted.
  private var missing: Int
  private var done: Int64 = 0
  private let total: Int64?

  init(
    _ snapshot: Snapshot, limit: Int?, tables: LocalTables, _ event: @escaping @Sendable (ReadEvent) -> Void
  ) {
    self.snapshot = snapshot
    self.tables = tables
    self.event = event
    files = snapshot.files[...]
    missing = limit ?? .max
    total = limit == nil ? snapshot.rowCount : nil
  }

  /// The next rows; nil after the last.
  func next() async throws -> Table? {
    while groups.isEmpty {
      guard missing > 0, let file = files.popFirst() else { return nil }
      groups = try snapshot.rowGroups(of: file)[...]
    }
    guard missing > 0, let group = groups.popFirst() else { return nil }
    let rows = try await tables.columns(of: group, in: snapshot)
    let kept = rows.rowCount > missing ? rows.rows(0..<missing) : rows
    missing -= kept.rowCount
    done += Int64(kept.rowCount)
    event(.rowsRead(done, of: total))
    return kept
  }
}
