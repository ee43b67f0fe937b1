import Testing

@testable import StreamProcessing

@Suite("The offsets of batches")
struct BatchOffsetsTests {
  @Test(
    "begin at the wanted offset as far as the source holds it, and in partitions without one at the oldest event",
    arguments: [
      (nil, [3, 0, 7]), ([5, 0], [5, 0, 7]), ([1, 99, 7], [3, 4, 7]), ([], [3, 0, 7]), ([9, 4, 8, 1], [9, 4, 8]),
    ] as [([Int64]?, [Int64])])
  func starts(wanted: [Int64]?, starts: [Int64]) {
    #expect(BatchOffsets(startOffsets: wanted, eventsPerBatch: 10).starts([3..<9, 0..<4, 7..<8]) == starts)
  }

  @Test(
    "end where each partition has its share of the batch",
    arguments: [
      ([0, 0], [0..<4, 0..<5], false, [4, 5]), ([0, 0], [0..<10, 0..<10], false, [5, 5]),
      ([0, 0], [0..<90, 0..<10], false, [9, 1]), ([80, 0], [0..<90, 0..<90], false, [81, 9]),
      ([0, 0, 0], [0..<7, 0..<7, 0..<7], false, [4, 3, 3]), ([0, 0], [0..<90, 0..<10], true, [90, 10]),
      ([5, 5], [0..<5, 0..<5], false, [5, 5]), ([9], [0..<5], false, [9]), ([], [], false, []),
      ([0, 0], [0..<1_000_000, 0..<1], false, [10, 0]),
    ] as [([Int64], [Range<Int64>], Bool, [Int64])])
  func ends(position: [Int64], held: [Range<Int64>], isWhole: Bool, ends: [Int64]) {
    let found = BatchOffsets(startOffsets: nil, eventsPerBatch: 10).ends(from: position, held: held, isWhole: isWhole)
    #expect(found == ends)
  }

  @Test("take everything, whatever the size of a batch", arguments: [1, 3, 1_000] as [Int64])
  func everything(eventsPerBatch: Int64) {
    let held: [Range<Int64>] = [2..<50, 0..<1, 7..<7, 0..<400]
    let offsets = BatchOffsets(startOffsets: nil, eventsPerBatch: eventsPerBatch)
    var position = offsets.starts(held)
    var batches = 0
    while position != held.map(\.upperBound) {
      let ends = offsets.ends(from: position, held: held, isWhole: false)
      let taken = zip(ends, position).map(-)
      #expect(taken.reduce(0, +) == min(eventsPerBatch, zip(held, position).reduce(0) { $0 + $1.0.upperBound - $1.1 }))
      #expect(taken.allSatisfy { $0 >= 0 })
      position = ends
      batches += 1
    }
    #expect(batches == (449 + Int(eventsPerBatch) - 1) / Int(eventsPerBatch))
  }
}
