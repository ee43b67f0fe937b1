public import Columnar
import Rendering

/// What a cell gave, for programs that embed a session.
public struct CellAnswer: Sendable {
  /// The rows of the last table that the cell gave, in order; empty if it gave none.
  public let rows: [Row]
  /// The names of that table's columns, in order.
  public let columns: [String]
  /// What the cell printed: one text an output, in order, as a notebook keeps it.
  public let texts: [String]

  /// A row of a table.
  public struct Row: Sendable {
    fileprivate let table: Table
    fileprivate let index: Int

    /// The value in a column, whose name is found whatever its case; nil if no column has the name. A NULL is ``Value/null``.
    public subscript(column: String) -> Value? { table[column]?[index] }
  }

  init(_ result: CellResult) {
    let last = result.lastTable
    rows = last.map { table in (0..<table.rowCount).map { Row(table: table, index: $0) } } ?? []
    columns = last?.schema.names ?? []
    texts = result.outputs.map(\.plainText)
  }
}

/// A cell that failed: what was tried and found, then what to do next. Secrets are masked.
public struct CellError: Error, CustomStringConvertible {
  /// The problem, and on a second line the way out.
  public let description: String
}

extension Session {
  /// Runs a cell: one or more statements, commands or SQL, when its turn comes.
  ///
  ///     let answer = try await session.run("SELECT count(*) AS n FROM tweets;")
  ///     print(answer.rows[0]["n"] ?? .null)
  ///
  /// - Throws: ``CellError`` for the first statement that fails; the statements before it have run.
  @discardableResult
  public func run(_ cell: String) async throws(CellError) -> CellAnswer {
    let result: CellResult = await run(Cell(cell))
    if let failure = result.failure { throw CellError(description: failure) }
    return CellAnswer(result)
  }
}
