package org.flatgaze.runtime.publish;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;

/**
 * The retained topics: {@code info} and {@code state} after every connect, before any gaze, and whenever they change;
 * {@code alert} when something happened; and letters, in the order in which they were posted. Any thread sets, the publish
 * thread sends.
 */
final class DeviceAnnouncer implements MqttTransport.ConnectionListener {

    private static final int ALERTS_KEPT = 8;
    private static final int LETTERS_KEPT = 64;
    private static final String PLAIN = "text/plain";
    private static final String JSON = GazeEncoding.JSON.contentType();

    private final PublisherConfig config;
    private final MqttTransport transport;
    private final PublisherListener listener;
    private final LongSupplier monotonicNanos;
    private final Clock utc;
    private final ArrayBlockingQueue<Alert> alerts = new ArrayBlockingQueue<>(ALERTS_KEPT);
    private final ArrayBlockingQueue<Letter> letters = new ArrayBlockingQueue<>(LETTERS_KEPT);
    private final Map<String, Letter> retained = new ConcurrentHashMap<>();
    private final AtomicLong connects = new AtomicLong();
    private volatile DeviceInfo info;
    private volatile DeviceState state = DeviceState.INIT;
    private volatile String lossReason = "";
    private volatile long lostAtNanos;

    // Publish thread only.
    private long greeted;
    private DeviceInfo infoSent;
    private DeviceState stateSent;

    DeviceAnnouncer(
            PublisherConfig config,
            DeviceInfo info,
            MqttTransport transport,
            PublisherListener listener,
            LongSupplier monotonicNanos,
            Clock utc) {
        this.config = config;
        this.info = info;
        this.transport = transport;
        this.listener = listener;
        this.monotonicNanos = monotonicNanos;
        this.utc = utc;
    }

    void info(DeviceInfo replacement) {
        info = replacement;
    }

    DeviceInfo info() {
        return info;
    }

    void state(DeviceState replacement) {
        state = replacement;
    }

    DeviceState state() {
        return state;
    }

    void alert(String code, String text) {
        Alert alert = new Alert(code, text, Instant.now(utc));
        while (!alerts.offer(alert)) {
            // The topic keeps one message anyway: the oldest of many is the one to lose.
            alerts.poll();
        }
    }

    void post(Letter letter) {
        if (letter.retained()) {
            retained.put(letter.topic(), letter);
        }
        while (!letters.offer(letter)) {
            // So many are waiting only while there is no connection: the oldest answer is the one nobody waits for.
            letters.poll();
        }
    }

    long connects() {
        return connects.get();
    }

    /** Sends what has changed, publish thread only; false while something is left to send or there is no connection. */
    boolean announce() {
        long connection = connects.get();
        if (connection == 0) {
            return false;
        }
        if (connection != greeted) {
            // A connection begins: the broker may have published our last will meanwhile, so everything is said again.
            infoSent = null;
            stateSent = null;
            retained.values().forEach(this::post);
            if (greeted != 0) {
                reportOutage();
            }
            greeted = connection;
        }
        DeviceInfo currentInfo = info;
        if (!Objects.equals(infoSent, currentInfo)) {
            byte[] payload = currentInfo.payload(config, Instant.now(utc), monotonicNanos.getAsLong());
            if (!retained(config.topics().info(), payload, JSON)) {
                return false;
            }
            infoSent = currentInfo;
        }
        DeviceState currentState = state;
        if (stateSent != currentState) {
            if (!retained(config.topics().state(), Ascii.bytes(currentState.word()), PLAIN)) {
                return false;
            }
            stateSent = currentState;
        }
        for (Alert alert = alerts.peek(); alert != null; alert = alerts.peek()) {
            if (!retained(config.topics().alert(), alert.payload(), JSON)) {
                return false;
            }
            alerts.remove(alert);
        }
        for (Letter letter = letters.peek(); letter != null; letter = letters.peek()) {
            if (transport.publish(letter) != PublishResult.ACCEPTED) {
                return false;
            }
            letters.remove(letter);
        }
        return true;
    }

    @Override
    public void onThread() {
        listener.onThread();
    }

    @Override
    public void connected() {
        long count = connects.incrementAndGet();
        listener.brokerConnected(count > 1);
    }

    @Override
    public void disconnected(String reason) {
        lostAtNanos = monotonicNanos.getAsLong();
        lossReason = reason;
        listener.brokerLost("broker " + transport.address() + " lost: " + reason + "; reconnecting by itself");
    }

    @Override
    public void connectFailed(String reason) {
        listener.connectFailed("broker " + transport.address() + " not reachable: " + reason);
    }

    private void reportOutage() {
        double seconds = (monotonicNanos.getAsLong() - lostAtNanos) * 1e-9;
        alert(
                "broker_lost",
                String.format(Locale.ROOT, "connection to the broker was gone for %.1f s: %s", seconds, lossReason));
    }

    private boolean retained(String topic, byte[] payload, String contentType) {
        return transport.publish(topic, payload, 0, payload.length, 1, true, 0, contentType) == PublishResult.ACCEPTED;
    }
}
