import EventHub
import Testing

@Suite("Connections")
struct ConnectionTests {
  static let namespace =
    "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=c2VjcmV0S2V5=="

  /// Server, topic, security.
  static func summary(_ address: KafkaAddress) -> String {
    "\(address.server) \(address.topic) \(address.security.rawValue)"
  }

  @Test(
    "strings of Event Hubs are read as the SDKs read them",
    arguments: [
      (namespace, "tweets", "contoso.servicebus.windows.net:9093 tweets sasl-ssl"),
      (namespace + ";EntityPath=tweets", nil, "contoso.servicebus.windows.net:9093 tweets sasl-ssl"),
      (namespace + ";EntityPath=tweets", "Tweets", "contoso.servicebus.windows.net:9093 tweets sasl-ssl"),
      (
        " ; entitypath = t ;SHAREDACCESSKEY=a=b==; sharedaccesskeyname=n;endpoint=amqps://h.example:5671/ ;New=1;", nil,
        "h.example:9093 t sasl-ssl"
      ),
      (
        "Endpoint=sb://localhost;SharedAccessKeyName=R;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
        "eh1",
        "localhost:9092 eh1 sasl-plaintext"
      ),
    ])
  func strings(text: String, hub: String?, summary: String) throws {
    let address = try ConnectionString(parsing: text).address(hub: hub)
    #expect(Self.summary(address) == summary)
    #expect(address.user == "$ConnectionString")
    // The whole string is the password, and nothing shows it.
    #expect(address.password?.value == text)
    #expect(!"\(address) \(String(reflecting: address)) \(address.description)".contains("SharedAccessKey="))
    var dumped = ""
    dump(address, to: &dumped)
    #expect(!dumped.contains("SharedAccessKey="))
  }

  @Test(
    "strings that cannot work say what is missing, without the key",
    arguments: [
      (namespace, nil, "the connection string is a namespace's and names no hub\nadd --hub NAME"),
      (
        namespace + ";EntityPath=tweets", "other",
        "the connection string is for the hub tweets, not other\nleave --hub out, or use the namespace's own string"
      ),
      (
        "Endpoint=sb://h/;SharedAccessKeyName=n", "t",
        "the connection string has no SharedAccessKeyName and SharedAccessKey\ncopy it whole from the portal"
      ),
      (
        "SharedAccessKeyName=n;SharedAccessKey=secret", "t",
        "the connection string has no Endpoint with a host\nit begins with Endpoint=sb://NAMESPACE.servicebus.windows.net/"
      ),
      (
        "Endpoint=sb:///;SharedAccessKeyName=n;SharedAccessKey=secret", "t",
        "the connection string has no Endpoint with a host\nit begins with Endpoint=sb://NAMESPACE.servicebus.windows.net/"
      ),
      (
        "Endpoint=sb://h/;SharedAccessKeyName=;SharedAccessKey=secret", "t",
        "the connection string's SharedAccessKeyName is empty\ncopy it whole from the portal"
      ),
      (
        "Endpoint=sb://h/;secret;SharedAccessKeyName=n", "t",
        "the connection string has a part without '='\ncopy it whole from the portal: Shared access policies, Connection string"
      ),
      (
        "Endpoint=sb://h/;SharedAccessSignature=secret", "t",
        "Event Hubs takes no SharedAccessSignature on its Kafka endpoint\nuse a connection string with SharedAccessKeyName and SharedAccessKey"
      ),
      (
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=…", "t",
        "the key is left out of what is kept in notebooks\nput the connection string into the environment and write: connect hub env:NAME"
      ),
      (
        namespace, "a b",
        "'a b' is no name of a hub or topic\nuse letters, digits, ., _ and -, 249 at the most"
      ),
    ])
  func badStrings(text: String, hub: String?, message: String) {
    let error = #expect(throws: KafkaAddress.Fault.self) { try ConnectionString(parsing: text).address(hub: hub) }
    #expect(error?.description == message)
    #expect(error?.description.contains("secret") == false)
  }

  @Test(
    "addresses of Kafka",
    arguments: [
      ("kafka://localhost:9092/tweets", nil, nil, nil, "localhost:9092 tweets plaintext"),
      ("kafka://localhost/tweets", nil, nil, nil, "localhost:9092 tweets plaintext"),
      ("kafka://[::1]:19092", "t", nil, nil, "[::1]:19092 t plaintext"),
      ("kafka://a:1,b:2/t", "t", nil, nil, "a:1 t plaintext"),
      ("kafka://a:1/t", nil, KafkaAddress.Security.ssl, nil, "a:1 t ssl"),
      ("kafka://a:1/t", nil, nil, "ann", "a:1 t sasl-ssl"),
      ("kafka://a:1/t", nil, .saslPlaintext, "ann", "a:1 t sasl-plaintext"),
    ])
  func addresses(text: String, hub: String?, security: KafkaAddress.Security?, user: String?, summary: String) throws {
    let address = try KafkaAddress(
      parsing: text, hub: hub, security: security, user: user, password: user.map { _ in Secret("secret") })
    #expect(Self.summary(address) == summary)
  }

  @Test(
    "addresses that cannot work",
    arguments: [
      ("kafka://", nil, nil, "'' in 'kafka://' is no host and port\nwrite kafka://HOST:9092/TOPIC"),
      ("kafka://h:0/t", nil, nil, "'h:0' in 'kafka://h:0/t' is no host and port\nwrite kafka://HOST:9092/TOPIC"),
      (
        "kafka://h:99999/t", nil, nil,
        "'h:99999' in 'kafka://h:99999/t' is no host and port\nwrite kafka://HOST:9092/TOPIC"
      ),
      ("kafka://a,/t", nil, nil, "'' in 'kafka://a,/t' is no host and port\nwrite kafka://HOST:9092/TOPIC"),
      ("http://h/t", nil, nil, "'http://h/t' is no address\nwrite kafka://HOST:9092/TOPIC"),
      ("kafka://h", nil, nil, "'kafka://h' names no topic\nwrite kafka://HOST:9092/TOPIC, or add --hub TOPIC"),
      ("kafka://h/t", "u", nil, "'kafka://h/t' names the topic t, and --hub u\nleave out one of them"),
      (
        "kafka://h/t/u", nil, nil,
        "'t/u' is no name of a hub or topic\nuse letters, digits, ., _ and -, 249 at the most"
      ),
      (
        "kafka://ann:secret@h/t", nil, nil,
        "a password in an address can be read by others\nwrite kafka://HOST:9092/TOPIC --user NAME --password env:NAME"
      ),
      (
        "kafka://h/t", nil, KafkaAddress.Security.saslSSL,
        "--security sasl-ssl wants a user and a password\nadd --user NAME --password env:NAME"
      ),
    ])
  func badAddresses(text: String, hub: String?, security: KafkaAddress.Security?, message: String) {
    let error = #expect(throws: KafkaAddress.Fault.self) {
      try KafkaAddress(parsing: text, hub: hub, security: security)
    }
    #expect(error?.description == message)
  }

  /// What librdkafka says, taken from its errors at real brokers and proxies; for wrong keys and the Basic tier, of which no broker
  /// was at hand, from its and Microsoft's texts.
  @Test(
    "errors are told in the terms of who connects",
    arguments: [
      (
        false, "_RESOLVE", "127.0.0.1:1/bootstrap: Failed to resolve 'h:1': Name or service not known",
        "there is no host 'h': its name was not found\ncheck the name, and that this machine is online"
      ),
      (
        true, "_RESOLVE", "Failed to resolve",
        "there is no host 'c.example': its name was not found\ncheck the namespace in the Endpoint, and that this machine is online"
      ),
      (
        false, "_TRANSPORT",
        "h:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
        "nobody listens at h:1\nstart the broker, or check host and port"
      ),
      (
        false, "_TRANSPORT",
        "h:1/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (connecting to a SSL listener?)",
        "h:1 ended the connection as soon as it began\nit may want another --security: plaintext, ssl, sasl-plaintext, sasl-ssl"
      ),
      (
        true, "_TRANSPORT", "sasl_ssl://c.example:9093/bootstrap: Disconnected",
        "c.example:9093 ended the connection as soon as it began\nthe namespace's firewall may not let this machine in: see Networking in the portal"
      ),
      (
        false, "_SSL",
        "ssl://h:1/bootstrap: SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading (after 0ms in state SSL_HANDSHAKE)",
        "h:1 ended the connection when TLS should begin\nif it speaks no TLS there: --security plaintext or sasl-plaintext"
      ),
      (
        false, "_SSL",
        "ssl://h:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified, verify that ssl.ca.location is correctly configured or root CA certificates are installed (install ca-certificates package) (after 4ms in state SSL_HANDSHAKE)",
        "the certificate of h:1 is not trusted, or is another host's\nname the authority's certificate, if you trust it: --ca-file FILE; use the name that the certificate is for"
      ),
      (
        false, "_SSL", "ssl://h:1/bootstrap: SSL handshake failed: error:0A00010B:SSL routines::wrong version number",
        "h:1 does not speak TLS\nuse its port for TLS, or --security plaintext or sasl-plaintext"
      ),
      (
        false, "_RESOLVE",
        "broker-1.internal:9092/1: Failed to resolve 'broker-1.internal:9092': Name or service not known (after 2ms in state CONNECT)",
        "the broker at h:1 calls itself broker-1.internal:9092, which cannot be reached: Failed to resolve 'broker-1.internal:9092': Name or service not known\nset advertised.listeners of the broker to a name that this machine can reach"
      ),
      (
        false, "_SSL", "ssl.ca.location failed: error:80000002:system library::No such file or directory",
        "no TLS with h:1: ssl.ca.location failed: error:80000002:system library::No such file or directory\ncheck the port, and the certificates: --ca-file FILE"
      ),
      (
        false, "_AUTHENTICATION",
        "sasl_ssl://h:1/bootstrap: SASL authentication error: Invalid username or password (after 300ms in state AUTH_REQ)",
        "h:1 refused the user 'ann' or the password: SASL authentication error: Invalid username or password\ncheck --user and --password"
      ),
      (
        true, "_AUTHENTICATION",
        "SASL authentication error: Invalid SASL mechanism response, server may be expecting a different protocol",
        "c.example refused the connection string's key: SASL authentication error: Invalid SASL mechanism response, server may be expecting a different protocol\ncopy the connection string anew from the portal: Shared access policies"
      ),
      (
        false, "_AUTHENTICATION",
        "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-256",
        "h:1 takes no user and password of the kind PLAIN: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-256\nlet the broker offer SASL PLAIN, or use --security ssl or plaintext"
      ),
      (
        true, "TOPIC_AUTHORIZATION_FAILED", "Broker: Topic authorization failed",
        "c.example lets nobody use the hub 't' over Kafka with this key\na namespace of the Basic tier has no Kafka endpoint: take Standard; or the key's policy lacks Listen or Send"
      ),
      (
        true, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition",
        "there is no hub 't' at c.example:9093\nthere are a, b, c, d, e, …; or make it in the portal, or name another: --hub NAME"
      ),
      (
        false, "_TIMED_OUT", "Local: Timed out",
        "h:1 does not answer\ncheck host, port and firewall, and that the broker runs"
      ),
      (
        false, "_BAD_MSG",
        "h:1/bootstrap: Receive failed: Invalid response size 1213486160 (0..100000000): increase receive.message.max.bytes",
        "h:1 is no Kafka broker: it answers in another way\ncheck host and port"
      ),
      (
        false, "INVALID_REPLICATION_FACTOR", "Broker: Invalid replication factor",
        "h:1 could not do it: Broker: Invalid replication factor (INVALID_REPLICATION_FACTOR)\nlook into the broker's log"
      ),
    ])
  func errors(isEventHubs: Bool, name: String, reason: String, message: String) throws {
    let address =
      try isEventHubs
      ? ConnectionString(parsing: "Endpoint=sb://c.example/;SharedAccessKeyName=n;SharedAccessKey=k").address(hub: "t")
      : KafkaAddress(parsing: "kafka://h:1/t", user: "ann", password: Secret("secret"))
    let topics = name == "UNKNOWN_TOPIC_OR_PART" ? ["a", "b", "c", "d", "e", "f"] : []
    #expect(BrokerError(KafkaFault(name, reason), address, topics: topics).description == message)
  }
}
