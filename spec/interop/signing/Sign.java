// Signs with Java's own Mac; see ../signing_interop.lua.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Sign {
    public static void main(String[] none) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null;) {
            String[] fields = line.split("\t");
            byte[] body = Files.readAllBytes(Path.of(fields[3]));
            String stamp = String.valueOf(Instant.now().getEpochSecond());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("demo-secret".getBytes(), "HmacSHA256"));
            mac.update((stamp + fields[0] + fields[1]).getBytes());
            StringBuilder digest = new StringBuilder();
            for (byte each : mac.doFinal(body)) digest.append(String.format("%02x", each));
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(System.getenv("IDNGO_BASE_URL") + fields[1]))
                .method(fields[0], HttpRequest.BodyPublishers.ofByteArray(body)).header("X-App-Token", "sbx:demo")
                .header("X-App-Access-Ts", stamp).header("X-App-Access-Sig", digest.toString());
            if (!fields[2].isEmpty()) request.header("Content-Type", fields[2]);
            HttpResponse<String> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(reply.statusCode() + " " + reply.body());
        }
    }
}
