public import JSONText

/// A notebook: cells in order, and what is said about all of them.
///
/// Holds everything a file of notebook format 4 holds, so that reading and writing one changes nothing that it
/// does not know.
public struct Notebook: Hashable, Sendable {
  /// The notebook's own metadata: `kernelspec`, `language_info`, and whatever tools add.
  public var metadata: [String: JSON]
  /// In the order in which they are read and run.
  public var cells: [NotebookCell]
  /// The minor version of notebook format 4, 5 or above: a newer one that was read is written again.
  public internal(set) var minorVersion = 5
  /// Top-level members that format 4.5 does not know, as they were read.
  public var otherMembers: [String: JSON] = [:]

  public init(cells: [NotebookCell] = [], metadata: [String: JSON] = Notebook.groundswellMetadata) {
    self.cells = cells
    self.metadata = metadata
  }

  /// What a notebook of our cell language says about itself. The text form of its cells is kept in files named `.gsw`.
  ///
  /// Highlighters that have never heard of the language are sent to the shell's: `#` comments and quotes agree.
  public static let groundswellMetadata: [String: JSON] = [
    "kernelspec": ["name": "groundswell", "display_name": "Groundswell", "language": "groundswell"],
    "language_info": [
      "name": "groundswell", "file_extension": ".gsw", "mimetype": "text/x-groundswell", "pygments_lexer": "bash",
      "codemirror_mode": "shell",
    ],
  ]
}

extension Notebook {
  /// The names of the notebooks that this one builds on, from its metadata: `"groundswell": {"after": ["Name"]}`; nil where it says
  /// nothing of that.
  public var after: [String]? { metadata["groundswell"]?["after"]?.elements?.compactMap(\.text) }
}

/// One cell of a notebook.
public struct NotebookCell: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Something to run; the count is that of its last run, nil before the first.
    case code(outputs: [CellOutput], executionCount: Int?)
    /// An explanation in Markdown.
    case markdown
    /// Text that passes through conversions untouched.
    case raw
    /// A type of a newer format, kept by its name.
    case other(String)
  }

  /// 1 to 64 of `A-Z a-z 0-9 - _`, unique in its notebook, and the same for the cell's whole life.
  public var id: String
  public var kind: Kind
  /// The text, lines separated by `\n`, usually without one at the end.
  public var source: String
  public var metadata: [String: JSON]
  /// Members beside those above, as they were read: the `attachments` of Markdown, and what newer formats add.
  public var otherMembers: [String: JSON] = [:]

  public init(id: String, kind: Kind, source: String, metadata: [String: JSON] = [:]) {
    self.id = id
    self.kind = kind
    self.source = source
    self.metadata = metadata
  }

  /// A cell to run that has not run yet.
  public static func code(id: String, _ source: String, metadata: [String: JSON] = [:]) -> NotebookCell {
    NotebookCell(id: id, kind: .code(outputs: [], executionCount: nil), source: source, metadata: metadata)
  }

  public static func markdown(id: String, _ source: String, metadata: [String: JSON] = [:]) -> NotebookCell {
    NotebookCell(id: id, kind: .markdown, source: source, metadata: metadata)
  }

  /// Whether the cell is one to run.
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

/// Forms of one thing by MIME type, `text/plain` among them for readers that know no other.
///
/// Texts are whole strings, also where a file holds a list of lines; binary types are base64; `application/json`
/// and `application/…+json` hold any value.
public typealias MIMEBundle = [String: JSON]

/// What running a code cell left behind.
public enum CellOutput: Hashable, Sendable {
  /// Text written while running; the name is `stdout` or `stderr`.
  case stream(name: String, text: String)
  /// Something shown.
  case display(MIMEBundle, metadata: [String: JSON])
  /// The cell's result.
  case result(MIMEBundle, metadata: [String: JSON], executionCount: Int?)
  /// Why the cell failed; the traceback's lines may hold terminal colours.
  case error(name: String, value: String, traceback: [String])
  /// An output of another type or with members of a newer format, as it was read.
  case other(JSON)
}
