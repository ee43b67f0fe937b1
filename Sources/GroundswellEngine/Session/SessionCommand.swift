package import ArgumentParser
package import Rendering

/// A command of the cell language. The same definition serves the prompt, a notebook's cell and the command line.
package protocol SessionCommand: ParsableCommand, Sendable {
  /// Does the work and returns the outputs.
  func run(in session: Session) async throws -> [Output]

  /// Whether it lists, saves or reruns cells, and so is not kept in the notebook.
  static var isAboutNotebook: Bool { get }

  /// The arguments for the parser, rewritten to keep what it would lose.
  static func prepared(_ arguments: [String]) -> [String]

  /// The options whose values are secrets.
  static var secretOptions: [String] { get }

  /// The indices of arguments that are secrets, besides the values of ``secretOptions``.
  ///
  /// - Parameter positionals: the indices of arguments that are neither options nor their values.
  static func secretIndices(in arguments: [String], positionals: [Int]) -> [Int]

  /// Words that could stand next, if they depend on the arguments before; nil takes those that the argument declares.
  ///
  /// - Parameter valueName: what help calls the argument's value: `target`; empty if the command takes no more.
  /// - Returns: words, and placeholders of names (``NameKind``).
  static func completions(of valueName: String, after arguments: [String]) -> [String]?

  /// An argument with the secrets within it masked, and these secrets.
  static func withoutSecrets(_ argument: String) -> (masked: String, secrets: [String])
}

extension SessionCommand {
  package static func prepared(_ arguments: [String]) -> [String] { arguments }
  package static var isAboutNotebook: Bool { false }
  package static var secretOptions: [String] { [] }
  package static func secretIndices(in arguments: [String], positionals: [Int]) -> [Int] { [] }
  package static func completions(of valueName: String, after arguments: [String]) -> [String]? { nil }
  package static func withoutSecrets(_ argument: String) -> (masked: String, secrets: [String]) {
    (SecretForms.masked(argument), SecretForms.secrets(in: argument))
  }
}

/// A failure with the outputs before it.
struct CellFailure: Explained {
  /// What is not published yet.
  var outputs: [Output] = []
  let failure: String
  /// The word at fault in the failed cell.
  var place: FaultPlace?

  var problem: String { failure }
}

extension String {
  /// Joins the lines of each paragraph, so that the parser wraps them to the screen; indented lines stay.
  var flowing: String {
    var lines: [String] = []
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if let last = lines.last, !last.isEmpty, !line.isEmpty, last.first != " ", line.first != " " {
        lines[lines.count - 1] = last + " " + line
      } else {
        lines.append(String(line))
      }
    }
    return lines.joined(separator: "\n")
  }
}
