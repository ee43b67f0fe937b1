import CivilTime
import Testing

@testable import StreamProcessing

@Suite("The index of windows")
struct WindowIndexTests {
  static let hour: Int64 = 3_600_000_000

  static func index(offset: Int64 = 0) throws -> WindowIndex {
    WindowIndex(
      try WindowSpecification(
        length: EventTimeInterval(microseconds: hour), offset: EventTimeInterval(microseconds: offset)))
  }

  @Test(
    "gives windows slots in the order in which they appear, near or far, forwards or backwards",
    arguments: [
      [0, 1, 2, 3], [3, 2, 1, 0], [0, -1, -500_000, 1, 400_000], [0, 3_000_000, -3_000_000, 1],
      [0, 1 << 20, -1, (1 << 20) - 1, 5], [-2_562_047_787, 2_562_047_787, 0],
    ] as [[Int64]])
  func slots(hours: [Int64]) throws {
    for offset in [0, 60_000_000] as [Int64] {
      var index = try Self.index(offset: offset)
      let starts = hours.map { $0 * Self.hour + offset }
      // Each twice, and all again at the end: the same slots.
      let slots = (starts.flatMap { [$0, $0] } + starts).map { index.slot(of: $0) }
      let order = hours.indices.map { Int32($0) }
      #expect(slots == order.flatMap { [$0, $0] } + order)
      #expect(index.starts == starts && index.keys == hours.map { _ in 0 })
    }
  }

  @Test("keeps keys of one window apart")
  func keys() throws {
    var index = try Self.index()
    let windows: [(Int64, Int32)] = [(0, 7), (0, 8), (Self.hour, 7), (0, 7), (0, 8)]
    #expect(windows.map { index.slot(of: $0.0, key: $0.1) } == [0, 1, 2, 0, 1])
    #expect(index.starts == [0, 0, Self.hour] && index.keys == [7, 8, 7])
  }

  @Test("finds windows of a time zone, which differ in length")
  func zone() throws {
    let zone = try WindowSpecificationTests.zone("Europe/Berlin")
    var index = WindowIndex(
      try WindowSpecification(length: EventTimeInterval(microseconds: 24 * Self.hour), zone: zone))
    #expect([5, -5, 5, 23 * Self.hour].map { index.slot(of: $0) } == [0, 1, 0, 2])
  }
}
