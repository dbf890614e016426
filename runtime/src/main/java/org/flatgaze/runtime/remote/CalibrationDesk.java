package org.flatgaze.runtime.remote;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.flatgaze.calibration.session.Answer;
import org.flatgaze.calibration.session.CalibrationSession;
import org.flatgaze.calibration.session.SessionStatus;
import org.flatgaze.runtime.publish.Letter;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.Topics;

/**
 * Takes the commands of {@code cmd/+} in the order in which they come and answers each to its response topic, on a thread of its
 * own: a profile on a slow disk holds up neither the gaze nor the connection.
 *
 * <p>A command that comes twice (same response topic and correlation data) is answered twice and done once. Commands the broker
 * had kept are old and ignored, as are answers to topics that are not this device's.
 */
public final class CalibrationDesk implements MqttTransport.MessageListener, AutoCloseable {

    private static final int WAITING_MOST = 32;
    private static final int REMEMBERED = 32;
    private static final int RESPONSE_TOPIC_MOST = 256;
    private static final long LOOK_MILLIS = 200;
    private static final long JOIN_MILLIS = 2_000;

    private record Received(Letter letter, long nanos) {}

    private final Topics topics;
    private final CalibrationSession session;
    private final LongSupplier deviceNanos;
    private final Consumer<Letter> post;
    private final Consumer<String> say;
    private final ArrayBlockingQueue<Received> waiting = new ArrayBlockingQueue<>(WAITING_MOST);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("calibration").unstarted(this::work);
    private volatile boolean closing;

    // The thread's own.
    private SessionStatus told;
    private final Map<String, Letter> answered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Letter> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param session belongs to the desk's thread from {@link #start()} on
     * @param deviceNanos the clock of the samples' capture times
     * @param post sends a letter; any thread
     * @param say hears lines for people
     */
    public CalibrationDesk(
            Topics topics,
            CalibrationSession session,
            LongSupplier deviceNanos,
            Consumer<Letter> post,
            Consumer<String> say) {
        this.topics = topics;
        this.session = session;
        this.deviceNanos = deviceNanos;
        this.post = post;
        this.say = say;
    }

    /** Tells where the session stands and begins to take commands. */
    public void start() {
        thread.start();
    }

    @Override
    public void message(String topic, byte[] payload, String contentType) {
        letter(new Letter(topic, payload, 1, false, contentType, null, null));
    }

    @Override
    public void letter(Letter letter) {
        if (!waiting.offer(new Received(letter, deviceNanos.getAsLong()))) {
            say.accept("calibration: more than " + WAITING_MOST + " commands at once, one was dropped");
        }
    }

    /** Ends the thread; a session under way is forgotten. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        tell();
        while (!closing) {
            try {
                Received received = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (received != null) {
                    deal(received);
                }
                session.tick(deviceNanos.getAsLong());
                tell();
            } catch (InterruptedException _) {
                // Closing, or nothing to do with us: the loop looks.
            } catch (RuntimeException e) {
                // The edge of the thread: one bad command must not silence the ones after it.
                say.accept("calibration: a command failed: " + e);
            }
        }
    }

    private void deal(Received received) {
        Letter letter = received.letter();
        String name = letter.topic().substring(letter.topic().lastIndexOf('/') + 1);
        String response = letter.responseTopic();
        if (letter.retained()) {
            say.accept("calibration: " + name + " was kept by the broker and is old, ignored; send it without retain");
            return;
        }
        if (response != null && !isReply(response)) {
            say.accept("calibration: " + name + " ignored, its response topic is not under " + topics.reply("..."));
            return;
        }
        String key = response == null || letter.correlation() == null
                ? null
                : letter.topic() + " " + response + " " + HexFormat.of().formatHex(letter.correlation());
        Letter before = key == null ? null : answered.get(key);
        if (before != null) {
            post.accept(before);
            return;
        }
        Answer answer = answer(name, letter.payload(), received.nanos());
        // What has changed is told before the answer: who has the answer can rely on it.
        tell();
        if (response != null) {
            Letter reply = Letter.answer(letter, CalibrationMessages.answer(name, answer));
            if (key != null) {
                answered.put(key, reply);
            }
            post.accept(reply);
        }
    }

    private Answer answer(String name, byte[] payload, long receivedNanos) {
        try {
            if (name.equals(CommandReader.CLOCK)) {
                Map<String, Object> times = new LinkedHashMap<>();
                times.put("t", CommandReader.clockTime(payload));
                times.put("t_rx", receivedNanos);
                times.put("t_tx", deviceNanos.getAsLong());
                return new Answer(Answer.Code.OK, "device clock", times);
            }
            if (!CommandReader.NAMES.contains(name)) {
                return Answer.refusal(
                        Answer.Code.UNKNOWN_COMMAND,
                        "there is no such command; there are " + CommandReader.CLOCK + ", "
                                + String.join(", ", CommandReader.NAMES));
            }
            return session.handle(CommandReader.read(name, payload), receivedNanos);
        } catch (BadCommandException e) {
            return Answer.refusal(Answer.Code.BAD_REQUEST, e.getMessage());
        }
    }

    private boolean isReply(String topic) {
        return topic.startsWith(topics.reply(""))
                && topic.length() > topics.reply("").length()
                && topic.length() <= RESPONSE_TOPIC_MOST
                && topic.chars().allMatch(c -> c > ' ' && c < 127 && c != '+' && c != '#');
    }

    /** Publishes status and target where they have changed. */
    private void tell() {
        SessionStatus now = session.status();
        SessionStatus last = told;
        told = now;
        if (now.equals(last)) {
            return;
        }
        if (last == null || last.state() != now.state() || !Objects.equals(last.ended(), now.ended())) {
            say.accept("calibration: " + now.state().word()
                    + (now.ended() == null || now.session() != null
                            ? ""
                            : ", last session " + now.ended().how() + ": "
                                    + now.ended().text()));
        }
        post.accept(Letter.json(topics.calibrationStatus(), CalibrationMessages.status(now), true));
        if (now.target() != null && (last == null || !now.target().equals(last.target()))) {
            post.accept(Letter.json(topics.calibrationTarget(), CalibrationMessages.target(now.target()), false));
        }
    }
}
