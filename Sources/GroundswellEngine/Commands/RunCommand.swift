import ArgumentParser
import NotebookFormat

struct RunCommand: CellRunner {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run notebooks in this session, in order, and show their outputs.",
    discussion: """
      The first cell that fails ends the run; outputs so far are saved.

        run notebooks/AnalyzeTweetsFromEventHub.ipynb -p end_time 2019-04-17T20:00:00Z
      """)

  @Argument(help: "Notebooks: .ipynb or percent text.")
  var notebooks: [String]

  @Option(
    name: .customShort("p"), parsing: .upToNextOption,
    help: ArgumentHelp("A parameter in place of the notebook's: NAME VALUE.", valueName: "name value"))
  var parameters: [String] = []

  @Option(name: .customShort("o"), help: ArgumentHelp("Save the last notebook with its outputs.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard !notebooks.isEmpty else { throw ValidationError("run which notebook?") }
    guard parameters.count.isMultiple(of: 2) else { throw ValidationError("-p takes a NAME and a VALUE") }
  }

  func run(in session: Session) async throws -> [Output] {
    var shown: [Output] = []
    for (index, path) in notebooks.enumerated() {
      let notebook = try Notebook(reading: path)
      let replay: Replay
      do {
        replay = try await session.run(notebook, parameters: try values(for: index))
      } catch {
        throw CellFailure(outputs: shown, failure: "\(path): \(error)")
      }
      shown += replay.shown
      if let output, replay.failure != nil || index == notebooks.count - 1 { try replay.notebook.write(to: output) }
      if let failure = replay.failure { throw CellFailure(outputs: shown, failure: "\(path), \(failure)") }
    }
    return shown
  }

  /// Of several notebooks each takes the parameters that it has; a name that none has is the last one's error.
  private func values(for index: Int) throws -> [String: String] {
    var values: [String: String] = [:]
    for place in stride(from: 0, to: parameters.count, by: 2) { values[parameters[place]] = parameters[place + 1] }
    guard notebooks.count > 1 else { return values }
    let known = try notebooks.map { path in Set(Session.parameters(of: try Notebook(reading: path))) }
    return values.filter { name, _ in
      known[index].contains(name) || (index == notebooks.count - 1 && !known.contains { $0.contains(name) })
    }
  }
}
