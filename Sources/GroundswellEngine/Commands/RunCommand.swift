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
    name: .customShort("p"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A parameter in place of the notebook's: NAME VALUE.", valueName: "name value"))
  var parameters: [String] = []

  /// Writes `-p NAME VALUE` as two options of one value, whatever the value begins with.
  static func prepared(_ arguments: [String]) -> [String] {
    var prepared: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      prepared.append(word)
      guard word == "-p", let name = rest.popFirst() else { continue }
      prepared.append(name)
      if let value = rest.popFirst() { prepared += ["-p", value] }
    }
    return prepared
  }

  @Option(name: .customShort("o"), help: ArgumentHelp("Save the last notebook with its outputs.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard !notebooks.isEmpty else { throw ValidationError("run which notebook?") }
    guard parameters.count.isMultiple(of: 2) else { throw ValidationError("-p takes a NAME and a VALUE") }
  }

  func run(in session: Session) async throws -> [Output] {
    var shown: [Output] = []
    for (index, path) in notebooks.enumerated() {
      let notebook: Notebook
      let replay: Replay
      do { notebook = try Notebook(reading: path) } catch { throw CellFailure(outputs: shown, failure: "\(error)") }
      guard await session.begin(path) else {
        throw CellFailure(
          outputs: shown,
          failure: "\(path) is being run, and would run itself without end\ntake the cell that runs it out")
      }
      do {
        replay = try await session.run(notebook, parameters: try values(for: index))
        await session.end(path)
      } catch {
        await session.end(path)
        throw CellFailure(outputs: shown, failure: "\(path): \(error)")
      }
      shown += replay.shown
      let failure = replay.failure.map { "\(path), \($0)" }
      if let output, failure != nil || index == notebooks.count - 1 {
        do { try replay.notebook.write(to: output) } catch {
          // Neither of two failures may hide the other.
          throw CellFailure(outputs: shown, failure: (failure.map { $0 + "\n" } ?? "") + "\(error)")
        }
      }
      if let failure { throw CellFailure(outputs: shown, failure: failure) }
    }
    return shown
  }

  /// Of several notebooks each takes the parameters that it has; a name that none has is the last one's error.
  private func values(for index: Int) throws -> [String: String] {
    var values: [String: String] = [:]
    for place in stride(from: 0, to: parameters.count, by: 2) { values[parameters[place]] = parameters[place + 1] }
    guard notebooks.count > 1 else { return values }
    let known = notebooks.map { path in Set((try? Notebook(reading: path)).map(Session.parameters) ?? []) }
    return values.filter { name, _ in
      known[index].contains(name) || (index == notebooks.count - 1 && !known.contains { $0.contains(name) })
    }
  }
}
