package import Columnar

/// What a statement gives back. A command returns outputs and never prints; who runs it decides how they are shown.
package enum Output: Hashable, Sendable {
  /// Lines for a person, without a line end at the end.
  case text(String)
  case table(Table)

  /// As text/plain: what a terminal prints and a notebook saves.
  package var plainText: String {
    switch self {
    case .text(let text): text
    case .table(let table): TableText(table).rendered
    }
  }
}

/// What running a cell gave: the outputs up to the end or to the first statement that failed.
package struct CellResult: Sendable {
  package var outputs: [Output]
  /// The failed statement's message: the problem, then the way out.
  package var failure: String?
}
