package org.flatgaze.runtime.publish;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;

/**
 * One life of one Paho client, from connecting to its loss. A new one is made for every attempt: the library's own
 * reconnect has been seen to hang, and what it still held for the old connection must not reach the new one.
 *
 * <p>The library takes any number of publishes and queues them; the window here is what bounds it. A permit comes back
 * when the message has been written to the socket (QoS 0) or acknowledged (QoS 1).
 */
final class PahoConnection implements MqttCallback, MqttActionListener {

    // The library prints a stack trace for every broken connection; what matters of it is in our own one line. Held
    // here because the logging of the JDK forgets the level of a logger that nobody holds.
    private static final Logger LIBRARY = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        if (LIBRARY.getLevel() == null) {
            LIBRARY.setLevel(Level.OFF);
        }
    }

    private static final int TOO_MANY_IN_FLIGHT = 32202;
    private static final long CUT_MILLIS = 1_000;

    private final TransportConfig config;
    private final Consumer<Letter> messages;
    private final Line line;
    private final MqttAsyncClient client;
    private final Semaphore window;
    private final AtomicLong completed = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String endReason = "";

    // Watchdog, connecting thread only.
    private long completedSeen;
    private long progressNanos = System.nanoTime();

    PahoConnection(TransportConfig config, Consumer<Letter> messages) throws MqttException {
        this.config = config;
        this.messages = messages;
        line = new Line(config.sendBufferBytes());
        window = new Semaphore(config.window());
        client = new MqttAsyncClient(config.url(), config.clientId(), new MemoryPersistence());
        client.setCallback(this);
    }

    /** Connects, or throws when the broker refuses or does not answer in time. */
    void open() throws MqttException {
        long millis = config.connectTimeout().toMillis();
        client.connect(options()).waitForCompletion(millis + 500);
        progressNanos = System.nanoTime();
    }

    void subscribe(String filter, int qos) throws MqttException {
        client.subscribe(filter, qos).waitForCompletion(config.connectTimeout().toMillis());
    }

    PublishResult publish(String topic, MqttMessage message) {
        if (ended.getCount() == 0) {
            return PublishResult.OFFLINE;
        }
        if (!window.tryAcquire()) {
            return PublishResult.WINDOW_FULL;
        }
        try {
            client.publish(topic, message, null, this);
            return PublishResult.ACCEPTED;
        } catch (MqttException e) {
            window.release();
            // The broker's own receive maximum, for QoS 1, may be smaller than our window.
            return e.getReasonCode() == TOO_MANY_IN_FLIGHT ? PublishResult.WINDOW_FULL : PublishResult.OFFLINE;
        }
    }

    boolean awaitRoom(long nanos) throws InterruptedException {
        boolean room = window.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        if (room) {
            window.release();
        }
        return room && ended.getCount() > 0;
    }

    boolean flush(Duration deadline) throws InterruptedException {
        boolean empty = window.tryAcquire(config.window(), deadline.toNanos(), TimeUnit.NANOSECONDS);
        if (empty) {
            window.release(config.window());
        }
        return empty && ended.getCount() > 0;
    }

    /** Waits up to {@code millis} for the end of this connection. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Why it ended; empty while it lives. */
    String endReason() {
        return endReason;
    }

    /** Whether messages have been waiting for longer than allowed without one of them leaving. */
    boolean stalled() {
        long now = System.nanoTime();
        long count = completed.get();
        if (count != completedSeen || window.availablePermits() == config.window()) {
            completedSeen = count;
            progressNanos = now;
        }
        return now - progressNanos > config.stallTimeout().toNanos();
    }

    void end(String reason) {
        if (ended.getCount() > 0) {
            endReason = reason;
            ended.countDown();
        }
    }

    /** Says goodbye, so that the broker forgets the last will. */
    void disconnect() {
        try {
            client.disconnect(0).waitForCompletion(CUT_MILLIS);
        } catch (MqttException _) {
            // Then it is cut.
        }
        end("closed");
        cut();
    }

    /** Takes the connection down whatever state the library is in, on a thread of its own since it may hang. */
    void cut() {
        line.cut();
        Thread cutter = Thread.ofPlatform().daemon().name("mqtt-cut").start(() -> {
            try {
                client.disconnectForcibly(0, 100, false);
            } catch (MqttException _) {
                // Not connected: what was wanted.
            }
            try {
                client.close(true);
            } catch (MqttException _) {
                // Its threads are daemons without a socket now.
            }
        });
        try {
            cutter.join(CUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onSuccess(IMqttToken token) {
        completed.lazySet(completed.get() + 1);
        window.release();
    }

    @Override
    public void onFailure(IMqttToken token, Throwable cause) {
        window.release();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        String reason = response.getReasonString();
        if (response.getException() != null) {
            reason = PahoErrors.line(response.getException(), config);
        }
        end(reason == null ? "the broker closed the connection, code " + response.getReturnCode() : reason);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        MqttProperties properties = message.getProperties();
        boolean bare = properties == null;
        messages.accept(new Letter(
                topic,
                message.getPayload(),
                message.getQos(),
                message.isRetained(),
                bare ? null : properties.getContentType(),
                bare ? null : properties.getResponseTopic(),
                bare ? null : properties.getCorrelationData()));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // Followed by disconnected() when it matters.
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // The action listener of each publish counts instead: it also hears of failures.
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // open() waits for it.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // Enhanced authentication is not offered.
    }

    private MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout((int) Math.max(1, config.connectTimeout().toSeconds()));
        options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
        options.setSocketFactory(config.encrypted() ? new TlsLineSockets(line) : new LineSockets(line));
        if (config.userName() != null) {
            options.setUserName(config.userName());
        }
        if (config.password() != null) {
            options.setPassword(config.password().getBytes(StandardCharsets.UTF_8));
        }
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        if (config.willTopic() != null) {
            long delaySeconds = TransportConfig.WILL_DELAY.toSeconds();
            MqttMessage will = new MqttMessage(Ascii.bytes(config.willPayload()));
            will.setQos(1);
            will.setRetained(true);
            options.setWill(config.willTopic(), will);
            MqttProperties properties = new MqttProperties();
            properties.setWillDelayInterval(delaySeconds);
            properties.setContentType("text/plain");
            options.setWillMessageProperties(properties);
            // A will is sent when its delay has passed or the session ends, whichever is first: with an expiry of zero
            // the delay would be void. Beside it the session holds commands that came in such a short outage.
            options.setCleanStart(false);
            options.setSessionExpiryInterval(delaySeconds);
        }
        return options;
    }

    static MqttMessage message(
            byte[] buffer, int offset, int length, int qos, boolean retain, MqttProperties properties) {
        MqttMessage message = new MqttMessage(Arrays.copyOfRange(buffer, offset, offset + length));
        message.setQos(qos);
        message.setRetained(retain);
        message.setProperties(properties);
        return message;
    }
}
