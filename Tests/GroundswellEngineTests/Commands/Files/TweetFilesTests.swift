import CivilTime
import DurableFiles
import Foundation
import GroundswellEngine
import Testing

@Suite("Files of tweets")
struct TweetFilesTests {
  /// Sends a file; gives the events' bodies, and what was printed behind them.
  static func send(_ name: String, _ content: Data, options: String = "") async throws -> (
    bodies: [String], printed: String
  ) {
    let folder = NSTemporaryDirectory() + "tweets-" + UUID().uuidString
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    try DurableFiles.replace(folder + "/" + name, with: Array(content))
    let session = try Session(workspace: folder) { Timestamp(seconds: 1_554_076_800) }
    let result = await session.run(Cell("send --from \(folder)/\(name) \(options)"))
    var printed = result.outputs.map(\.plainText).joined(separator: "\n")
    if let failure = result.failure { printed += "! " + failure }
    _ = await session.run(Cell("hub export \(folder)/export.jsonl"))
    let lines = (try? DurableFiles.read(folder + "/export.jsonl")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let bodies = try lines.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["body"] as? String ?? ""
    }
    return (bodies, printed.replacingOccurrences(of: folder, with: "DIR"))
  }

  static let event = #"{"timestamp":"2018-10-10T20:19:24.000Z","favorite":3,"lang":"en","retweets":2}"#
  static let v1 =
    #"{"id":1,"id_str":"1","created_at":"Wed Oct 10 20:19:24 +0000 2018","favorite_count":3,"retweet_count":2,"lang":"en","full_text":"a } \" ] {"}"#
  static let v2 =
    #"{"id":"1","text":"a","created_at":"2018-10-10T20:19:24.000Z","public_metrics":{"like_count":3,"retweet_count":2},"lang":"en"}"#
  static let archived =
    #"{"tweet":{"id_str":"1","created_at":"Wed Oct 10 20:19:24 +0000 2018","favorite_count":"3","retweet_count":"2","lang":"en","full_text":"a } \" ] {"}}"#
  static let archivedRetweet =
    #"{"tweet":{"id_str":"2","created_at":"Wed Oct 10 20:19:25 +0000 2018","favorite_count":"0","full_text":"RT @ann: a"}}"#

  @Test(
    "are read in each of their shapes",
    arguments: [
      ("v1.jsonl", v1 + "\n" + v1 + "\n\n", 2),
      ("v1.json", "[\(v1),\n\(v1)]", 2),
      ("search.json", #"{"statuses":[\#(v1)],"search_metadata":{}}"#, 1),
      ("pretty.json", "{\n  \"data\": [\n \(v2)\n, \(v2)],\n  \"meta\": {\"result_count\": 2}\n}\n", 2),
      (
        "twarc2.jsonl",
        #"{"data":[\#(v2),\#(v2)],"includes":{},"meta":{},"__twarc":{}}"#
          + "\n{\"data\":\(v2)}\n{\"errors\":[{\"title\":\"x\"}]}\n", 3
      ),
      ("flat.jsonl", v2 + "\n" + v2, 2),
      ("tweets.js", "window.YTD.tweets.part0 = [ \(archived), \(archived) ]", 2),
      ("tweet.js", "\u{FEFF}window.YTD.tweet.part0 = [\r\n  \(archived) ];\n", 1),
      ("unnamed", "\n[\(v2)]", 1),
    ])
  func shapes(name: String, content: String, count: Int) async throws {
    let sent = try await Self.send(name, Data(content.utf8), options: "--fields lang,retweets")
    #expect(sent.bodies == Array(repeating: Self.event, count: count))
    #expect(sent.printed.hasSuffix("sent \(count) event\(count == 1 ? "" : "s") to the hub default"))
  }

  @Test("name authors where a page of API v2 names them, else by number")
  func authors() async throws {
    func tweet(_ author: String) -> String { Self.v2.replacing("\"text\"", with: "\"author_id\":\(author),\"text\"") }
    let users = #"{"users":[{"id":"7","name":"Ann A.","username":"ann"},{"id":"7","username":"twice"},{"id":"9"}]}"#
    let page =
      "{\"data\":[\(tweet("\"7\"")),\(tweet("\"8\"")),\(tweet("\"9\"")),\(Self.v2)],\"includes\":\(users),\"meta\":{}}"
    let sent = try await Self.send("v2.jsonl", Data(page.utf8), options: "--fields author")
    let time = #"{"timestamp":"2018-10-10T20:19:24.000Z","favorite":3"#
    #expect(sent.bodies == [#","author":"ann"}"#, #","author":"8"}"#, #","author":"9"}"#, "}"].map { time + $0 })
  }

  @Test(
    "in HTML are texts",
    arguments: [
      ("<p>a</p>", "a"), ("plain", "plain"), ("", ""), ("<p>1 &lt; 2 &amp;&amp; &#39;x&#x27;</p>", "1 < 2 && 'x'"),
      ("a<br/>b<br>c<br /><br />d", #"a\nb\nc\n\nd"#),
      (#"<p>a</p><p>b <a href=\"https://x.y/\" class=\"u\"><span>x</span>.y</a></p>"#, #"a\n\nb x.y"#),
      ("<ul><li>a</li><li>b</li></ul><blockquote><p>c</p></blockquote>d", #"a\nb\n\nc\n\nd"#),
      ("<a>x</a>\u{FE0F} y &amp;\u{301}", "x\u{FE0F} y &\u{301}"),
      ("a & b; &unknown; &#xD800; &#999999999999; 1 < 2", "a & b; &unknown; &#xD800; &#999999999999; 1 < 2"),
      (String(repeating: "<", count: 200_000), String(repeating: "<", count: 200_000)),
      ("a" + String(repeating: "<br>", count: 50_000), "a"),
    ])
  func html(html: String, text: String) async throws {
    let post = #"{"id":"1","created_at":"2018-10-10T20:19:24.000Z","favourites_count":3,"content":"\#(html)"}"#
    let sent = try await Self.send("posts.jsonl", Data(post.utf8), options: "--fields text")
    #expect(sent.bodies == [#"{"timestamp":"2018-10-10T20:19:24.000Z","favorite":3,"text":"\#(text)"}"#])
  }

  @Test("leave out retweets, and name lines that are not tweets")
  func leftOut() async throws {
    let content =
      "window.YTD.tweets.part0 = [ \(Self.archived),\n \(Self.archivedRetweet),\n{\"tweet\":{\"favorite_count\":\"1\"}},\n{\"a\":1} ]"
    let sent = try await Self.send("tweets.js", Data(content.utf8))
    #expect(sent.bodies == [#"{"timestamp":"2018-10-10T20:19:24.000Z","favorite":3}"#])
    #expect(
      sent.printed.hasSuffix(
        """
        sent 1 event to the hub default
        left out 1 retweet
        left out 2 entries:
          line 3: created_at is missing
          line 4: not a tweet
        """), "\(sent.printed)")
  }

  @Test("of API v2 without times say what to ask for")
  func noTimes() async throws {
    let sent = try await Self.send("v2.jsonl", Data(#"{"data":[{"id":"1","text":"a"}],"meta":{}}"#.utf8))
    #expect(
      sent.printed
        == "! DIR/v2.jsonl: no event in 1 tweet; line 1: created_at is missing\nask X's API v2 for tweet.fields=created_at,public_metrics"
    )
  }

  static let packed =
    "H4sIAAAAAAACA6tWykyJLy4pUrJSMlTSUUouSk0sSU2JTywBCoSnpij4J5coGBooGBlYGVpaGZkoaBsAAZBraAFUnZZYll+UWZIan5xfmgfUYayjVJJaAdKaqFTLBQALEbgLWwAAAA=="

  @Test("may be packed by gzip, and say so when they are damaged")
  func gzip() async throws {
    let data = try #require(Data(base64Encoded: Self.packed))
    for name in ["tweets.jsonl.gz", "tweets"] {
      #expect(try await Self.send(name, data + data).bodies.count == 2)
    }
    let torn = try await Self.send("tweets.jsonl.gz", data + data.dropLast(12))
    #expect(
      torn.printed.hasSuffix(
        "! DIR/tweets.jsonl.gz: damaged gzip: it ends in the middle\nget the file again; the part before the damage was sent"
      ), "\(torn.printed)")
    var changed = data
    changed[40] ^= 0x55
    #expect(try await Self.send("tweets.jsonl.gz", changed).printed.contains("damaged gzip: "))
    let csv = try await Self.send(
      "t.csv", Data("created_at,likes,lang,x\nWed Oct 10 20:19:24 +0000 2018,3,en,01.5\n".utf8),
      options: "--fields lang,x")
    #expect(csv.bodies == [#"{"timestamp":"2018-10-10T20:19:24.000Z","favorite":3,"lang":"en","x":"01.5"}"#])
  }

  @Test("that are damaged in the middle lose what is damaged, and no more")
  func damaged() async throws {
    let rest = Array(repeating: Self.archived, count: 3).joined(separator: ",\n")
    let cut = #"{"tweet":{"id_str":"1","full_text":"cut here"#
    let sent = try await Self.send(
      "tweets.js", Data("window.YTD.tweets.part0 = [ \(Self.archived),\n\(cut)\n,\(rest) ]".utf8))
    #expect(sent.bodies.count == 4)
    #expect(sent.printed.contains("left out 1 entry:\n  line 2: invalid JSON"), "\(sent.printed)")
  }

  @Test(
    "with nothing to send say so",
    arguments: [
      (
        "like.js", "window.YTD.like.part0 = [ {\n  \"like\" : {\n \"tweetId\" : \"1\" } } ]",
        "holds no tweets\nsend data/tweets.js of an X archive, which has counts of likes"
      ),
      (
        "2007_11.js", "Grailbird.data.tweets_2007_11 = \n [ {\"id\":1,\"text\":\"a\"} ]",
        "holds no tweets\nsend data/tweets.js of an X archive, which has counts of likes"
      ),
      (
        "a.json", "<html>\n</html>\n",
        "holds no JSON objects\nput one on each line, or all into an array; end the name of a table in .csv"
      ),
      (
        "b.json", "[1, 2]",
        "holds no JSON objects\nput one on each line, or all into an array; end the name of a table in .csv"
      ),
      (
        "c.json", "[]",
        "holds no JSON objects\nput one on each line, or all into an array; end the name of a table in .csv"
      ),
      (
        "d.jsonl", "",
        "holds no JSON objects\nput one on each line, or all into an array; end the name of a table in .csv"
      ),
    ])
  func nothing(name: String, content: String, message: String) async throws {
    let sent = try await Self.send(name, Data(content.utf8))
    #expect(sent.bodies.isEmpty)
    #expect(sent.printed == "! DIR/\(name) \(message)")
  }

  @Test(
    "are not taken for what merely has the same names",
    arguments: [
      #"{"timestamp":"2019-04-24T09:39:40Z","favorite":1,"errors":0}"#,
      #"{"timestamp":"2019-04-24T09:39:40Z","favorite":1,"data":[]}"#,
      #"{"errors":[]}"#, #"{"data":{"id":1}}"#, #"{"tweet":"a"}"#,
    ])
  func events(event: String) async throws {
    #expect(try await Self.send("e.jsonl", Data("\(event)\n\(event)\n".utf8)).bodies == [event, event])
  }

  @Test("of other objects are events as they are, of arrays each object")
  func others() async throws {
    #expect(try await Self.send("e.jsonl", Data("{\"a\":1}\n{\"b\": 2\n".utf8)).bodies == ["{\"a\":1}", "{\"b\": 2"])
    #expect(try await Self.send("e.jsonl", Data("{\"b\": 2\n{\"a\":1}\n".utf8)).bodies == ["{\"b\": 2", "{\"a\":1}"])
    #expect(try await Self.send("e.json", Data("{\n \"a\":\n 1}\n{\n}\n".utf8)).bodies == ["{\n \"a\":\n 1}", "{\n}"])
    #expect(
      try await Self.send("e.json", Data("[{\"a\":1},\n{\"b\":{\"c\":\"}\"}}]".utf8)).bodies == [
        "{\"a\":1}", "{\"b\":{\"c\":\"}\"}}",
      ])
    #expect(
      try await Self.send("e.jsonl", Data("{\"a\":1}".utf8), options: "--fields lang").printed
        == "! send: --fields is for tweets and CSV files; DIR/e.jsonl has other JSON objects\nname the time and the number: --time MEMBER --value MEMBER"
    )
  }
}
