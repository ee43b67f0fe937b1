import DeltaLake
import DurableFiles
import Testing

/// Writers that meet at one table.
@Suite("Writers of a Delta table")
struct DeltaWritersTests {
  @Test("notice another table in its place, and what others committed")
  func updates() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: DeltaTableTests.schema)
    let first = try table.snapshot()
    #expect(first.isCurrent)
    try table.append(DeltaTableTests.rows(1))
    #expect(!first.isCurrent)
    let second = try first.updated()
    #expect(second.version == 1)
    #expect(DeltaTableTests.averages(try second.read()) == ["1"])
    try DurableFiles.remove(folder.path)
    _ = try DeltaTable.create(at: folder.path, schema: DeltaTableTests.keyed([]).schema)
    #expect(try second.updated().schema.names == ["lang", "n"])
  }

  @Test("that overwrite: one wins, the others take their files back")
  func overwriting() async throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: DeltaTableTests.schema)
    let wins = try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<4 {
        group.addTask {
          (0..<10).count { (try? table.overwrite(with: DeltaTableTests.rows(Double(writer * 10 + $0)))) != nil }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(try table.snapshot().version == Int64(wins))
    let files = try DurableFiles.names(in: folder.path).count { $0.hasSuffix(".parquet") }
    #expect(files == wins)
  }

  @Test("that append lose no commit")
  func writers() async throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: DeltaTableTests.schema)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for index in 0..<10 { _ = try table.append(DeltaTableTests.rows(Double(writer * 10 + index))) }
        }
      }
      try await group.waitForAll()
    }
    let numbers = try DeltaTableTests.averages(table.snapshot().read()).compactMap { Int($0) }
    #expect(numbers.sorted() == Array(0..<40))
  }
}
