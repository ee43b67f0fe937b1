/// What a session knows by name.
package struct SessionNames: Hashable, Sendable {
  package var hubs: [String] = []
  package var streams: [String] = []
  package var aggregates: [String] = []
  package var queries: [String] = []
  /// The columns of each table and view.
  package var tables: [String: [String]] = [:]
  /// The names of SQL functions.
  package var functions: [String] = []
  /// The fields of all streams.
  package var fields: [String] = []
  package var parameters: [String] = []
  /// The numbers and ids of the notebook's cells.
  package var cells: [String] = []

  package init() {}

  /// The names of a kind, in any order; empty for files.
  func names(of kind: NameKind) -> [String] {
    switch kind {
    case .hub: hubs
    case .stream: streams
    case .aggregate: aggregates
    case .query: queries
    case .table: Array(tables.keys)
    case .column: Array(tables.values.joined())
    case .field: fields
    case .cell: cells
    case .parameter: parameters
    case .command: CommandList.names
    case .file: []
    }
  }
}

extension Session {
  /// The names that completion offers.
  package var names: SessionNames {
    get async { await allNames() }
  }

  private func allNames() async -> SessionNames {
    let catalog = await backend.catalog.names()
    var names = SessionNames()
    names.hubs = (try? backend.hubs.names()) ?? []
    names.streams = Array(streams.keys)
    names.aggregates = Array(aggregates.keys)
    names.queries = Array(queries.keys)
    names.tables = catalog.columns
    names.functions = catalog.functions
    names.fields = Set(streams.values.flatMap(\.schema.names)).sorted()
    names.parameters = Array(parameters.keys)
    names.cells = (1..<document.nextNumber).map { String($0) } + document.cells.map(\.id)
    return names
  }
}
