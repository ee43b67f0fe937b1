public import JSONText

/// A notebook: cells in order, and metadata about all of them.
///
/// Holds everything that a file of notebook format 4 holds, so that reading and writing one keeps what this version
/// does not know.
public struct Notebook: Hashable, Sendable {
  /// The notebook's own metadata: `kernelspec`, `language_info`, and whatever tools add.
  public var metadata: [String: JSON]
  /// In the order in which they are read and run.
  public var cells: [NotebookCell]
  /// The minor version of notebook format 4: 5, or a newer one that was read, which is written again.
  public internal(set) var minorVersion = 5
  /// Top-level members beyond format 4.5, as read.
  public var otherMembers: [String: JSON] = [:]

  /// A notebook in our cell language, unless the metadata names another.
  public init(cells: [NotebookCell] = [], metadata: [String: JSON] = Notebook.groundswellMetadata) {
    self.cells = cells
    self.metadata = metadata
  }

  /// The metadata of notebooks in our cell language. Files named `.gsw` keep the text form of their cells.
  ///
  /// Highlighters that do not know the language use the shell's: `#` comments and quotes agree.
  public static let groundswellMetadata: [String: JSON] = [
    "kernelspec": ["name": "groundswell", "display_name": "Groundswell", "language": "groundswell"],
    "language_info": [
      "name": "groundswell", "file_extension": ".gsw", "mimetype": "text/x-groundswell", "pygments_lexer": "bash",
      "codemirror_mode": "shell",
    ],
  ]
}

extension Notebook {
  /// The names of the notebooks that this one builds on, from its metadata: `"groundswell": {"after": ["Name"]}`; nil without that
  /// member.
  public var after: [String]? { metadata["groundswell"]?["after"]?.elements?.compactMap(\.text) }
}

/// One cell of a notebook.
public struct NotebookCell: Hashable, Sendable {
  /// What a cell holds.
  public enum Kind: Hashable, Sendable {
    /// Code to run; the count is that of its last run, nil before the first.
    case code(outputs: [CellOutput], executionCount: Int?)
    /// An explanation in Markdown.
    case markdown
    /// Text that conversions leave unchanged.
    case raw
    /// A newer format's type, by its name.
    case other(String)
  }

  /// 1 to 64 of `A-Z a-z 0-9 - _`, unique in its notebook, and constant.
  public var id: String
  /// What the cell holds.
  public var kind: Kind
  /// The text, lines separated by `\n`, usually without one at the end.
  public var source: String
  /// The cell's metadata: `tags`, and whatever tools add.
  public var metadata: [String: JSON]
  /// Further members, as read: the `attachments` of Markdown, and those of newer formats.
  public var otherMembers: [String: JSON] = [:]

  /// A cell; the id must be valid and unique in its notebook.
  public init(id: String, kind: Kind, source: String, metadata: [String: JSON] = [:]) {
    self.id = id
    self.kind = kind
    self.source = source
    self.metadata = metadata
  }

  /// A code cell that has not run yet.
  public static func code(id: String, _ source: String, metadata: [String: JSON] = [:]) -> NotebookCell {
    NotebookCell(id: id, kind: .code(outputs: [], executionCount: nil), source: source, metadata: metadata)
  }

  /// A cell of Markdown.
  public static func markdown(id: String, _ source: String, metadata: [String: JSON] = [:]) -> NotebookCell {
    NotebookCell(id: id, kind: .markdown, source: source, metadata: metadata)
  }

  /// Whether the cell is code.
  public var isCode: Bool {
    if case .code = kind { true } else { false }
  }

  /// The outputs of a code cell's last run; empty for every other kind.
  public var outputs: [CellOutput] {
    if case .code(let outputs, _) = kind { outputs } else { [] }
  }

  /// The cell's tags, in order; empty if there are none.
  public var tags: [String] {
    metadata["tags"]?.elements?.compactMap(\.text) ?? []
  }
}

/// Representations of one output by MIME type, with `text/plain` among them for readers that know no other type.
///
/// Texts are whole strings, even if a file holds a list of lines; binary types are base64; `application/json`
/// and `application/…+json` hold any value.
public typealias MIMEBundle = [String: JSON]

/// An output of a code cell's run.
public enum CellOutput: Hashable, Sendable {
  /// Text written while running; the name is `stdout` or `stderr`.
  case stream(name: String, text: String)
  /// Displayed data.
  case display(MIMEBundle, metadata: [String: JSON])
  /// The cell's result.
  case result(MIMEBundle, metadata: [String: JSON], executionCount: Int?)
  /// Why the cell failed; the traceback's lines may hold terminal colours.
  case error(name: String, value: String, traceback: [String])
  /// An output of another type, or with members of a newer format, as read.
  case other(JSON)
}
