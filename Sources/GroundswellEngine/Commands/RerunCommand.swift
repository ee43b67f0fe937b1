import ArgumentParser

struct RerunCommand: CellRunner {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "rerun", abstract: "Run a cell of the session's notebook again.")

  @Argument(help: "The cell's place, as `cells` counts.")
  var number: Int

  struct NoSuchCell: Error, CustomStringConvertible {
    let number: Int
    let count: Int
    var description: String {
      "there is no cell \(number)\nthe notebook has \(counted(count, "cell")): cells lists them"
    }
  }

  func run(in session: Session) async throws -> [Output] {
    guard let result = await session.rerun(number) else {
      throw NoSuchCell(number: number, count: await session.nextCellNumber - 1)
    }
    if let failure = result.failure { throw CellFailure(outputs: result.outputs, failure: failure) }
    return result.outputs
  }
}
