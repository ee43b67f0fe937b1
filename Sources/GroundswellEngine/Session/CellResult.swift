import Columnar
package import Rendering

/// The result of a cell: the outputs up to the end, or up to the first statement that failed.
package struct CellResult: Sendable {
  /// The outputs, in order.
  package var outputs: [Output]
  /// The failed statement's message: the problem, then the remedy.
  package var failure: String?
  /// The location of the fault in the cell, if it is at a word.
  package var place: FaultPlace?
  /// The sources that were read: `tweets (version 3)`, `the hub default`.
  package var sources: [String] = []

  /// A result; without a failure the cell succeeded.
  package init(outputs: [Output], failure: String? = nil, place: FaultPlace? = nil, sources: [String] = []) {
    self.outputs = outputs
    self.failure = failure
    self.place = place
    self.sources = sources
  }

  /// Whether some output is not an aside.
  package var isWorthARemark: Bool {
    outputs.contains { if case .aside = $0 { false } else { true } }
  }

  /// The number of rows of the last table; nil without one.
  package var rowCount: Int? { lastTable?.rowCount }

  /// The last table among the outputs.
  var lastTable: Table? {
    for output in outputs.reversed() {
      switch output {
      case .table(let table), .listing(let table), .status(let table, _): return table
      default: continue
      }
    }
    return nil
  }
}
