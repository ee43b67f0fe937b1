import CivilTime
import Columnar
import JSONText
import StreamProcessing
import Testing

@Suite("An aggregation over windows")
struct WindowedAggregationTests {
  static let schema = Schema([
    Field("timestamp", .timestamp), Field("favorite", .integer), Field("score", .double), Field("lang", .string),
  ])

  static func hour() throws -> WindowSpecification {
    try WindowSpecification(length: EventTimeInterval(parsing: "1h"))
  }

  static let everything =
    AggregateFunction.allCases.flatMap { function in
      [
        Aggregate(function, of: "favorite", as: "\(function.rawValue)_favorite"),
        Aggregate(function, of: "score", as: "\(function.rawValue)_score"),
      ]
    } + [Aggregate(.count, of: nil, as: "events"), Aggregate(.max, of: "timestamp", as: "newest")]

  static func plan(
    _ aggregates: [Aggregate] = everything, slide: String? = nil, where text: String? = nil, by fields: [String] = []
  ) throws
    -> AggregationPlan
  {
    try AggregationPlan(
      window: WindowSpecification(
        length: EventTimeInterval(parsing: "1h"), slide: slide.map { try EventTimeInterval(parsing: $0) }),
      groupFields: fields, aggregates: aggregates, predicate: text.map { try Predicate(parsing: $0, schema: schema) },
      input: schema)
  }

  static func events(_ rows: [(String?, Int64?, Double?, String?)]) throws -> Table {
    try Table(
      schema: schema,
      rows: rows.map { row in
        [
          row.0.flatMap { Timestamp($0) }.map(Value.timestamp) ?? .null, row.1.map(Value.integer) ?? .null,
          row.2.map(Value.double) ?? .null, row.3.map(Value.string) ?? .null,
        ]
      })
  }

  static func text(_ table: Table) -> [String] {
    (0..<table.rowCount).map { table.row($0).map(\.description).joined(separator: " ") }
  }

  @Test("computes every function, skipping nulls")
  func functions() throws {
    var state = WindowedAggregation(try Self.plan())
    state.add(
      try Self.events([
        ("2019-04-08T02:10:00Z", 5, 0.5, "en"), ("2019-04-08T01:59:59.999999Z", 1, nil, "en"),
        ("2019-04-08T02:00:00Z", nil, 1.5, nil), ("1969-12-31T23:59:59Z", -7, -1, "de"), (nil, 100, 100, "en"),
        ("2019-04-08T02:59:59Z", 10, 4, "de"), ("2019-04-08T02:30:00Z", 6, nil, "de"),
      ]))
    #expect(
      Self.text(try state.result()) == [
        "1969-12-31T23:00:00Z -7 -1 -7 -1 1 1 -7 -1 -7 -1 -7 -1 1 1969-12-31T23:59:59Z",
        "2019-04-08T01:00:00Z 1 NULL 1 NULL 1 0 1 NULL 1 NULL 1 NULL 1 2019-04-08T01:59:59.999999Z",
        "2019-04-08T02:00:00Z 7 2 21 6 3 3 5 0.5 10 4 6 1.5 4 2019-04-08T02:59:59Z",
      ])
    #expect(state.counts.droppedForNullTime == 1)
    #expect(state.windowCount == 3)
    #expect(state.counts.eventTimes?.lowerBound.description == "1969-12-31T23:59:59Z")
  }

  @Test("slides windows over the events")
  func sliding() throws {
    var state = WindowedAggregation(try Self.plan([Aggregate(.count, of: nil, as: "n")], slide: "30m"))
    state.add(try Self.events([("2019-04-08T02:10:00Z", 1, nil, nil), ("2019-04-08T02:40:00Z", 1, nil, nil)]))
    #expect(
      Self.text(try state.result()) == ["2019-04-08T01:30:00Z 1", "2019-04-08T02:00:00Z 2", "2019-04-08T02:30:00Z 1"])
  }

  @Test("gives one answer however the events are cut into batches, and through snapshots")
  func batches() throws {
    var random = SplitMix64(state: 3)
    let rows: [(String?, Int64?, Double?, String?)] = (0..<500).map { _ in
      let time = Timestamp(seconds: Int64(random.next() % 60_000) - 20_000)
      return (
        random.next() % 50 == 0 ? nil : time.description, random.next() % 9 == 0 ? nil : Int64(random.next() % 20),
        random.next() % 9 == 0 ? nil : Double(random.next() % 1_000) / 7, random.next() % 2 == 0 ? "en" : "de"
      )
    }
    let plan = try Self.plan(slide: "20m", where: "lang = 'en' OR favorite >= 10")
    var whole = WindowedAggregation(plan)
    whole.add(try Self.events(rows))
    for size in [1, 7, 1_000] {
      var state = WindowedAggregation(plan)
      for start in stride(from: 0, to: rows.count, by: size) {
        state.add(try Self.events(Array(rows[start..<min(start + size, rows.count)])))
        if start % 50 == 0 {
          let saved = try JSON(parsing: state.snapshot.description)
          state = try #require(WindowedAggregation(plan, snapshot: saved))
        }
      }
      #expect(try state.result() == whole.result())
      #expect(state.counts == whole.counts)
    }
  }

  @Test("keeps keys apart, nulls among them, also through differences of its state")
  func keys() throws {
    let plan = try Self.plan([Aggregate(.sum, of: "favorite", as: "likes")], by: ["lang", "favorite"])
    var state = WindowedAggregation(plan)
    var copy = WindowedAggregation(plan)
    let batches: [[(String?, Int64?, Double?, String?)]] = [
      [
        ("2019-04-08T01:00:00Z", 2, nil, "en"), ("2019-04-08T01:10:00Z", 2, nil, nil),
        ("2019-04-08T00:59:00Z", 3, nil, ""),
      ],
      [("2019-04-08T01:20:00Z", 2, nil, "en"), ("2019-04-08T02:00:00Z", nil, nil, "en")],
    ]
    for batch in batches {
      state.add(try Self.events(batch))
      #expect(copy.apply(try JSON(parsing: state.difference.description)))
      state.forgetChanges()
    }
    let rows = [
      "2019-04-08T00:00:00Z  3 3", "2019-04-08T01:00:00Z NULL 2 2", "2019-04-08T01:00:00Z en 2 4",
      "2019-04-08T02:00:00Z en NULL NULL",
    ]
    #expect(try Self.text(state.result()) == rows)
    #expect(try Self.text(copy.result()) == rows)
  }

  @Test("drops what comes behind the watermark, hands out what is over and forgets it")
  func watermark() throws {
    var state = WindowedAggregation(try Self.plan([Aggregate(.count, of: nil, as: "n")], slide: "30m"))
    state.add(try Self.events([("2019-04-08T01:10:00Z", 1, nil, nil), ("2019-04-08T02:40:00Z", 1, nil, nil)]))
    let latest = try #require(Timestamp("2019-04-08T03:00:00Z"))
    let watermark = try #require(Watermark(behind: latest, by: EventTimeInterval(parsing: "1h")))
    #expect(try Self.text(state.over(at: watermark)) == ["2019-04-08T00:30:00Z 1", "2019-04-08T01:00:00Z 1"])
    state.forgetChanges()
    #expect(state.forget(before: watermark) == 2)
    // In a window that is over and in one that is not; in two that are over.
    state.add(
      try Self.events([("2019-04-08T01:40:00Z", 1, nil, nil), ("2019-04-08T01:10:00Z", 1, nil, nil)]),
      watermark: watermark)
    #expect(state.counts.late == 2)
    #expect(try Self.text(state.changes()) == ["2019-04-08T01:30:00Z 1"])
    #expect(state.windowCount == 3)
  }

  @Test("keeps hostile times without taking their span")
  func hostileTimes() throws {
    var state = WindowedAggregation(try Self.plan([Aggregate(.count, of: nil, as: "n")]))
    let times: [Int64] = [.min, .max, 0, -62_135_596_800_000_000, 253_402_300_799_000_000]
    state.add(
      Table(
        schema: Self.schema,
        columns: [
          Column(.timestamp(times)), Column(.integer([1, 1, 1, 1, 1])), Column(.double([1, 1, 1, 1, 1])),
          Column(.string(StringValues(["", "", "", "", ""]))),
        ]))
    // The earliest instant's window would begin before there are instants.
    #expect(state.windowCount == 4)
  }

  @Test("refuses a sum beyond BIGINT")
  func overflow() throws {
    let schema = Schema([Field("t", .timestamp), Field("n", .long)])
    let plan = try AggregationPlan(
      window: Self.hour(), aggregates: [Aggregate(.sum, of: "n", as: "s")], input: schema)
    var state = WindowedAggregation(plan)
    state.add(Table(schema: schema, columns: [Column(.timestamp([0, 1])), Column(.long([.max, 1]))]))
    #expect(throws: AggregationOverflow.self) { try state.result() }
  }

  @Test(
    "refuses a plan that does not fit the stream",
    arguments: [
      ([Aggregate(.avg, of: "favourite", as: "a")], "there is no field 'favourite'"),
      ([Aggregate(.avg, of: "lang", as: "a")], "avg needs numbers: 'lang' is STRING"),
      ([Aggregate(.sum, of: "timestamp", as: "a")], "sum needs numbers: 'timestamp' is TIMESTAMP"),
      ([], "an aggregation needs an aggregate"),
      ([Aggregate(.count, of: nil, as: "groupTime")], "two columns would be called 'groupTime'"),
    ])
  func refuses(aggregates: [Aggregate], message: String) {
    let error = #expect(throws: PlanError.self) { try Self.plan(aggregates) }
    #expect(error?.description.hasPrefix(message) == true)
  }
}

@Suite("A condition on events")
struct PredicateTests {
  @Test(
    "keeps the rows for which it is true",
    arguments: [
      ("favorite > 4", "b c"), ("favorite <> 5", "a c"), ("NOT favorite > 4", "a"), ("favorite IS NULL", "d"),
      ("favorite is not null and not lang = 'en'", "b"), ("lang = 'en' OR favorite IS NULL", "a c d"),
      ("(lang = 'en' OR lang = 'de') AND favorite >= 5.5", "c"), ("score < -0.5", "b"), ("score == 1", "a"),
      ("timestamp >= '2019-04-08T01:00:00Z'", "b c"), ("lang != 'o''k'", "a b c"), ("FAVORITE <= 1", "a"),
    ])
  func keeps(text: String, kept: String) throws {
    let events = try WindowedAggregationTests.events([
      ("2019-04-08T00:00:00Z", 1, 1, "en"), ("2019-04-08T01:00:00Z", 5, -1, "de"),
      ("2019-04-08T02:00:00Z", 6, 0, "en"), (nil, nil, nil, nil),
    ])
    let mask = try Predicate(parsing: text, schema: WindowedAggregationTests.schema).condition.mask(over: events)
    #expect(zip("abcd", mask).filter(\.1).map { String($0.0) }.joined(separator: " ") == kept)
  }

  @Test(
    "that cannot be read says what was wanted and found",
    arguments: [
      ("", "expected a field, found the end"), ("favorite", "expected =, <>, <, <=, >, >= or IS NULL, found the end"),
      ("favorite > 'x'", "favorite is INT, found 'x'"), ("likes > 1", "there is no field 'likes'"),
      ("favorite > 1 favorite < 2", "expected AND, OR or the end, found 'favorite'"),
      ("(favorite > 1", "expected ), found the end"), ("lang = 'x", "the text in quotes does not end"),
      ("timestamp > 'yesterday'", "timestamp is TIMESTAMP, found 'yesterday'"), ("> 1", "expected a field, found '>'"),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: PredicateSyntaxError.self) {
      try Predicate(parsing: text, schema: WindowedAggregationTests.schema)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
