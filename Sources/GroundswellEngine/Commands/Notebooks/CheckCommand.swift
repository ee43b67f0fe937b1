import ArgumentParser
import DurableFiles
import NotebookFormat

struct CheckCommand: CellRunner {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Run notebooks anew and compare with their saved outputs.",
    discussion: """
      They run in order in one session of their own, in an empty workspace that is removed afterwards, so that what is
      here makes no difference and stays as it is. Cells tagged raises-exception may fail, as saved; those tagged
      skip-execution are passed over; of those tagged nbval-ignore-output the outputs may differ.

        check notebooks/SendTweetsToEventHub.ipynb notebooks/AnalyzeTweetsFromEventHub.ipynb
        check notebooks/ChooseSensitivity.ipynb --tolerance 1e-9
      """)

  @Argument(help: "Notebooks with outputs: .ipynb.", completion: .file())
  var notebooks: [String]

  @Option(help: "How far numbers may differ, as a part of the saved one: 1e-9.")
  var tolerance: Double = 0

  @Flag(help: "Save the new outputs where they differ.")
  var update = false

  func validate() throws {
    if notebooks.isEmpty { throw ValidationError("check which notebook?") }
    if !(0..<1).contains(tolerance) { throw ValidationError("--tolerance takes 0 to below 1") }
  }

  struct NothingSaved: Error, CustomStringConvertible {
    let path: String
    var description: String {
      "\(path) has no saved outputs to compare with\nsave some: run \(path) -o \(path), or check \(path) --update"
    }
  }

  func run(in session: Session) async throws -> [Output] {
    let folder = Workspace.temporary
    defer { try? DurableFiles.remove(folder) }
    let own = try Session(workspace: folder, clock: session.clock)
    var listeners = Listeners()
    listeners.progress = await session.listeners.progress
    await own.listen(listeners)
    let tell = await session.listeners.outputs
    var shown: [Output] = []
    func show(_ output: Output) {
      shown.append(output)
      tell?(output)
    }
    var different: [String] = []
    for path in notebooks {
      do {
        let saved = try Notebook(reading: path)
        guard update || saved.cells.contains(where: { !$0.outputs.isEmpty }) else { throw NothingSaved(path: path) }
        let replay = try await own.run(saved, ReplayOptions(keepsGoing: true))
        try Task.checkCancellation()
        let fresh = replay.notebook
        let differences = OutputComparison(tolerance: tolerance, workspace: folder).differences(saved, fresh)
        if differences.isEmpty {
          show(.text("\(path): \(counted(saved.cells.count(where: \.isCode), "cell")) as saved"))
        } else {
          differences.forEach { show(.comparison($0)) }
          if update {
            try fresh.write(to: path)
            show(.text("\(path): saved the new outputs of \(counted(differences.count, "cell"))"))
          } else {
            different.append("\(path): \(counted(differences.count, "cell"))")
          }
        }
      } catch let error as CancellationError {
        throw CellFailure(outputs: shown, failure: CellFailure.message(of: error))
      } catch {
        throw CellFailure(outputs: shown, failure: CellFailure.message(of: error))
      }
    }
    await own.stopQueries()
    guard different.isEmpty else {
      throw CellFailure(
        outputs: shown,
        failure:
          "outputs differ from the saved ones: \(different.joined(separator: ", "))\nif they should: check … --update saves the new ones"
      )
    }
    return shown
  }
}
