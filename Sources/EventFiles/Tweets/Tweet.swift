package import CivilTime
package import JSONText

/// A tweet, or a similar post of another service.
package struct Tweet: Hashable, Sendable {
  /// One entry of a list of tweets.
  package enum Entry: Hashable, Sendable {
    case tweet(Tweet)
    /// A retweet, whose likes are the original's.
    case retweet
    /// An entry without a tweet, and the reason.
    case bad(NoEvent)
  }

  /// When it was written.
  package let created: Timestamp
  /// The number of likes when it was read.
  package let likes: Int64
  /// Its other properties, by ``fieldNames``; unknown ones are missing.
  package let fields: [String: JSON]

  /// The identifier; nil if unknown.
  package var post: String? { fields["id"]?.text }

  /// The names of a tweet's properties beside time and likes.
  package static let fieldNames = ["id", "lang", "retweets", "replies", "quotes", "views", "text", "author", "tags"]

  /// The members of a page or a filtered stream of X's API v2, and twarc's own.
  private static let pageMembers: Set = ["data", "includes", "errors", "meta", "matching_rules", "__twarc"]

  /// The tweets in a JSON value; nil if it does not look like tweets.
  ///
  /// Reads X's API v1.1 and v2, a tweet or a page of them, as twarc 1 and 2 write a line; an entry of an X archive; a Mastodon
  /// status.
  static func entries(in json: JSON) -> [Entry]? {
    if let tweet = json["tweet"], tweet.members != nil { return [Entry(tweet)] }
    if let page = json["statuses"]?.elements { return page.map { Entry($0) } }
    let isPage = json.members?.keys.allSatisfy { pageMembers.contains($0) } ?? false
    if isPage, let data = json["data"] {
      let page = data.elements ?? [data]
      guard page.allSatisfy({ $0["id"] != nil && $0["text"] != nil }), !page.isEmpty || json["meta"]?.members != nil
      else {
        return nil
      }
      let names = userNames(in: json)
      return page.map { Entry($0, userNames: names) }
    }
    if isPage, let errors = json["errors"]?.elements, !errors.isEmpty, errors.allSatisfy({ $0.members != nil }) {
      return []
    }
    if isPage, json["meta"]?["result_count"]?.integer == 0 { return [] }
    // Users have times and counts too: the account's, and the number of tweets that they liked.
    let isPost =
      json["favorite_count"] != nil || json["public_metrics"]?["like_count"] != nil
      || json["favourites_count"] != nil && json["content"] != nil
    return json["created_at"] != nil && isPost ? [Entry(json)] : nil
  }

  /// The names of the users in a page of API v2, by id; empty unless the query asked for them.
  private static func userNames(in page: JSON) -> [String: JSON] {
    let users = page["includes"]?["users"]?.elements ?? []
    let named = users.compactMap { user in user["id"]?.text.flatMap { id in user["username"].map { (id, $0) } } }
    return Dictionary(named) { first, _ in first }
  }
}

extension Tweet.Entry {
  /// - Parameter userNames: by the ids in the tweets.
  init(_ json: JSON, userNames: [String: JSON] = [:]) {
    let text = json["full_text"]?.text ?? json["text"]?.text
    let kinds = json["referenced_tweets"]?.elements?.compactMap { $0["type"]?.text } ?? []
    // In an archive only the text tells.
    if text?.hasPrefix("RT @") == true || kinds.contains("retweeted") || kinds.contains("reposted")
      || json["retweeted_status"]?.members != nil || json["reblog"]?.members != nil
    {
      self = .retweet
      return
    }
    guard let written = json["created_at"]?.text else {
      self = .bad(.missing("created_at", members: []))
      return
    }
    guard let created = Timestamp(written: written) else {
      self = .bad(.time(written))
      return
    }
    let metrics = json["public_metrics"]
    func count(_ names: String...) -> JSON? {
      for name in names {
        if let value = json[name] ?? metrics?[name], let number = Self.count(value) { return .integer(number) }
      }
      return nil
    }
    guard let likes = count("favorite_count", "like_count", "favourites_count")?.integer else {
      self = .bad(.missing("count of likes", members: []))
      return
    }
    let tags = json["entities"]?["hashtags"]?.elements ?? json["tags"]?.elements ?? []
    let names = tags.compactMap { $0["text"]?.text ?? $0["tag"]?.text ?? $0["name"]?.text }
    var fields: [String: JSON] = [:]
    func first(_ values: JSON?...) -> JSON? { values.lazy.compactMap { $0 }.first { $0 != .null } }
    fields["id"] = first(json["id_str"], json["id"]).map { $0.text == nil ? .string($0.description) : $0 }
    fields["lang"] = first(json["lang"], json["language"])
    fields["retweets"] = count("retweet_count", "repost_count", "reblogs_count")
    fields["replies"] = count("reply_count", "replies_count")
    fields["quotes"] = count("quote_count", "quotes_count")
    fields["views"] = count("impression_count")
    fields["text"] = (text ?? json["content"]?.text.map { postText(html: $0) }).map(JSON.string)
    fields["author"] = first(
      json["user"]?["screen_name"], json["author"]?["username"], json["account"]?["acct"],
      json["author_id"]?.text.flatMap { userNames[$0] }, json["author_id"])
    if !names.isEmpty { fields["tags"] = .string(names.joined(separator: ",")) }
    self = .tweet(Tweet(created: created, likes: likes, fields: fields))
  }

  /// A count; archives write numbers as text.
  private static func count(_ json: JSON) -> Int64? { json.integer ?? json.text.flatMap { Int64($0) } }
}

extension EventBodies {
  /// Adds a tweet's event, without the fields that the tweet does not have.
  package mutating func append(_ tweet: Tweet, fields: [String]) {
    append(
      time: tweet.created, number: String(tweet.likes).utf8,
      more: fields.compactMap { name in tweet.fields[name].map { (name, $0) } })
  }
}
