package org.flatgaze.runtime.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.calibration.gaze.SimulatedUser;
import org.flatgaze.calibration.session.ClientClock;
import org.flatgaze.runtime.publish.Letter;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;

/**
 * A headset's application in a process of its own: {@code CalibrationClientMain URL DEVICE SPEED}. It knows the contract and nothing
 * else of the device, runs on a clock of its own, and does what the lines on its input say:
 *
 * <pre>
 * clock             measure the clock offset                     CLOCK offset uncertainty
 * send NAME JSON    send a command as it is                      REPLY json
 * timed NAME JSON   the same with t, offset and uncertainty      REPLY json
 * show COUNT        draw that many targets and report them       SHOW yaw pitch, then REPLY json, of the last
 * </pre>
 */
public final class CalibrationClientMain {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** This clock has nothing to do with the device's. */
    private static final long BEHIND_NANOS = 5_000_000_000_000L;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Topics topics;
    private final long speed;
    private final PahoTransport transport;
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final BlockingQueue<Letter> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<Letter> targets = new LinkedBlockingQueue<>();
    private final String replyTopic;
    private ClientClock clock;
    private int requests;

    private CalibrationClientMain(String url, Topics topics, long speed) {
        this.topics = topics;
        this.speed = speed;
        String id = "client-" + ProcessHandle.current().pid();
        replyTopic = topics.reply(id);
        transport = new PahoTransport(TransportConfig.of(url, id));
        transport.subscribe(replyTopic, 1, new Keeper(replies));
        transport.subscribe(topics.calibrationTarget(), 1, new Keeper(targets));
    }

    private record Keeper(BlockingQueue<Letter> letters) implements MqttTransport.MessageListener {
        @Override
        public void message(String topic, byte[] payload, String contentType) {
            throw new IllegalStateException("letters come whole");
        }

        @Override
        public void letter(Letter letter) {
            letters.add(letter);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        CalibrationClientMain client =
                new CalibrationClientMain(arguments[0], new Topics(arguments[1]), Long.parseLong(arguments[2]));
        client.transport.connect(MqttTransport.ConnectionListener.SILENT);
        if (!client.transport.awaitConnected(DEADLINE)) {
            throw new IOException("no broker: " + client.transport.lastError());
        }
        client.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            client.obey(line.split(" ", 3));
        }
        client.transport.close();
        System.exit(0);
    }

    private void obey(String[] words) throws IOException, InterruptedException {
        switch (words[0]) {
            case "clock" -> {
                measureClock();
                out.println("CLOCK " + clock.offsetNanos() + " " + clock.uncertaintyNanos());
            }
            case "send" -> out.println("REPLY " + request(words[1], words[2].getBytes(StandardCharsets.UTF_8)));
            case "timed" -> out.println("REPLY " + request(words[1], timed(words[2])));
            case "show" -> {
                JsonNode reply = null;
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    reply = showNext();
                    if (!reply.path("code").asText().equals("ok")) {
                        break;
                    }
                }
                out.println("REPLY " + reply);
            }
            default -> throw new IOException("unknown: " + words[0]);
        }
    }

    private byte[] timed(String json) throws IOException {
        ObjectNode fields = (ObjectNode) JSON.readTree(json);
        fields.put("t", now());
        fields.put("offset", clock.offsetNanos());
        fields.put("uncertainty", clock.uncertaintyNanos());
        return JSON.writeValueAsBytes(fields);
    }

    private JsonNode showNext() throws IOException, InterruptedException {
        Letter letter = targets.poll(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        JsonNode target = JSON.readTree(letter == null ? new byte[0] : letter.payload());
        long on = now();
        out.println("SHOW " + target.path("yaw") + " " + target.path("pitch"));
        long off = on + SimulatedUser.SHOWN_NANOS;
        for (long left = off - now(); left > 0; left = off - now()) {
            LockSupport.parkNanos(left / speed);
        }
        ObjectNode point = JSON.createObjectNode();
        for (String field : new String[] {"session", "index", "yaw", "pitch"}) {
            point.set(field, target.get(field));
        }
        point.put("t_on", on);
        point.put("t_off", off);
        return request("cal-point", JSON.writeValueAsBytes(point));
    }

    private void measureClock() throws IOException, InterruptedException {
        clock = null;
        for (int i = 0; i < 8; i++) {
            JsonNode reply = request(
                    "clock", JSON.writeValueAsBytes(JSON.createObjectNode().put("t", now())));
            ClientClock one = ClientClock.ofExchange(
                    reply.get("t").longValue(),
                    reply.get("t_rx").longValue(),
                    reply.get("t_tx").longValue(),
                    now());
            clock = clock == null || one.uncertaintyNanos() < clock.uncertaintyNanos() ? one : clock;
        }
    }

    private JsonNode request(String name, byte[] payload) throws IOException, InterruptedException {
        byte[] correlation = ("r" + requests++).getBytes(StandardCharsets.US_ASCII);
        Letter letter =
                new Letter(topics.command(name), payload, 1, false, "application/json", replyTopic, correlation);
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (transport.publish(letter) != PublishResult.ACCEPTED) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("not sent: " + name);
            }
            transport.awaitRoom(1_000_000);
        }
        while (true) {
            Letter reply = replies.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (reply == null) {
                throw new IOException("no answer to " + name);
            }
            if (new String(reply.correlation(), StandardCharsets.US_ASCII)
                    .equals(new String(correlation, StandardCharsets.US_ASCII))) {
                return JSON.readTree(reply.payload());
            }
        }
    }

    private long now() {
        return speed * System.nanoTime() - BEHIND_NANOS;
    }
}
