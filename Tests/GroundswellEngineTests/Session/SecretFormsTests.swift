import GroundswellEngine
import Testing

/// Texts that the program makes, such as a server's errors: a secret is known by its form alone.
@Suite("A message")
struct SecretFormsTests {
  @Test(
    "does not show what has the form of a secret",
    arguments: [
      // Connection strings.
      (
        "Endpoint=sb://n/;SharedAccessKeyName=k;SharedAccessKey=SECRET+/=;EntityPath=t",
        "Endpoint=sb://n/;SharedAccessKeyName=k;SharedAccessKey=…;EntityPath=t"
      ),
      ("sharedaccesskey = SECRET", "sharedaccesskey = …"), ("AccountKey%3DSECRET%3Bx", "AccountKey%3D…%3Bx"),
      ("SharedAccessSignature=SECRET", "SharedAccessSignature=…"), ("SharedAccessKey=a'b", "SharedAccessKey=…'b"),
      // Parameters of addresses and connection strings.
      ("GET https://h/c?sv=1&sig=SECRET&x=1: 403", "GET https://h/c?sv=1&sig=…&x=1: 403"),
      ("https://h/c?sv=1&amp;sig=SECRET", "https://h/c?sv=1&amp;sig=…"),
      ("h%3Fa%3D1%26token%3DSECRET%26x%3D1", "h%3Fa%3D1%26token%3D…%26x%3D1"),
      ("Server=h;Password=SECRET;x=1", "Server=h;Password=…;x=1"),
      ("?X-Amz-Signature=SECRET", "?X-Amz-Signature=…"), ("?refresh_token=SECRET#top", "?refresh_token=…#top"),
      // Passwords in addresses.
      ("cannot reach https://ann:SECRET@h/x", "cannot reach https://ann:…@h/x"),
      ("kafka://SECRET@h:1/t", "kafka://…@h:1/t"), ("kafka://ann:p/SECRET@h:1/t", "kafka://ann:…@h:1/t"),
      ("amqps%3A%2F%2Fann%3ASECRET%40h", "amqps%3A%2F%2Fann%3A…%40h"),
      // Headers.
      ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer …"),
      ("authorization: basic YWJjZGVmZ2hpamts", "authorization: basic …"), ("bearer abcdefghijkl.", "bearer …"),
    ])
  func masked(text: String, shown: String) throws {
    #expect(try Session().secrets.masked(text) == shown)
  }

  @Test(
    "shows what only resembles a secret",
    arguments: [
      "https://h/c?page=2&sort=key", "https://mastodon.social/@ann", "a bearer of news", "key=value", "password: none",
      "SharedAccessKeyName=k", "write --password env:PW", "mail ann@example.com", "http://h:8080/@ann",
    ])
  func shown(text: String) throws {
    #expect(try Session().secrets.masked(text) == text)
  }
}
