package org.flatgaze.runtime.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * MQTT 5 through Eclipse Paho's asynchronous client, with our own reconnect loop, window and watchdog around it.
 *
 * <p>One daemon thread connects, watches and connects again: soon after a loss, then after 2, 3, 4, 5, 5 ... s with a
 * little chance in it. A connection on which messages wait and none leaves for the stall timeout is given up.
 */
public final class PahoTransport implements MqttTransport {

    private static final long WATCH_MILLIS = 100;
    private static final Duration LASTED = Duration.ofSeconds(5);
    private static final long CLOSE_MILLIS = 4_000;

    private record Subscription(String filter, int qos, MessageListener listener) {}

    private final TransportConfig config;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition connected = lock.newCondition();
    private volatile PahoConnection current;
    private volatile String lastError = "";
    private Thread connector;

    // Reused for every message of the same kind; publishing thread only.
    private MqttProperties properties = new MqttProperties();
    private String propertiesContentType;
    private int propertiesExpiry;

    public PahoTransport(TransportConfig config) {
        this.config = config;
    }

    @Override
    public void subscribe(String filter, int qos, MessageListener listener) {
        if (connector != null) {
            throw new IllegalStateException("filter=" + filter + ": subscribe before connect");
        }
        subscriptions.add(new Subscription(filter, qos, listener));
    }

    @Override
    public void connect(ConnectionListener listener) {
        if (connector != null) {
            throw new IllegalStateException("already started: " + config);
        }
        connector = Thread.ofPlatform().daemon().name("mqtt-connect").start(() -> keepConnected(listener));
    }

    @Override
    public boolean awaitConnected(Duration deadline) throws InterruptedException {
        long left = deadline.toNanos();
        lock.lock();
        try {
            while (current == null && left > 0 && closing.getCount() > 0) {
                left = connected.awaitNanos(left);
            }
            return current != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public PublishResult publish(
            String topic,
            byte[] buffer,
            int offset,
            int length,
            int qos,
            boolean retain,
            int expirySeconds,
            String contentType) {
        PahoConnection connection = current;
        if (connection == null) {
            return PublishResult.OFFLINE;
        }
        return connection.publish(
                topic,
                PahoConnection.message(buffer, offset, length, qos, retain, properties(expirySeconds, contentType)));
    }

    @Override
    public PublishResult publish(Letter letter) {
        PahoConnection connection = current;
        if (connection == null) {
            return PublishResult.OFFLINE;
        }
        MqttProperties all = new MqttProperties();
        all.setContentType(letter.contentType());
        all.setResponseTopic(letter.responseTopic());
        all.setCorrelationData(letter.correlation());
        byte[] payload = letter.payload();
        return connection.publish(
                letter.topic(),
                PahoConnection.message(payload, 0, payload.length, letter.qos(), letter.retained(), all));
    }

    @Override
    public boolean isConnected() {
        return current != null;
    }

    @Override
    public boolean awaitRoom(long nanos) throws InterruptedException {
        PahoConnection connection = current;
        return connection != null && connection.awaitRoom(nanos);
    }

    @Override
    public boolean flush(Duration deadline) throws InterruptedException {
        PahoConnection connection = current;
        return connection != null && connection.flush(deadline);
    }

    @Override
    public String lastError() {
        return lastError;
    }

    @Override
    public String address() {
        return config.url();
    }

    @Override
    public void close() {
        closing.countDown();
        PahoConnection connection = current;
        if (connection != null) {
            current = null;
            connection.disconnect();
        }
        if (connector != null) {
            try {
                connector.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void keepConnected(ConnectionListener listener) {
        int failures = 0;
        listener.onThread();
        try {
            while (closing.getCount() > 0) {
                long begun = System.nanoTime();
                PahoConnection connection = open(listener);
                if (connection == null) {
                    failures++;
                } else {
                    watch(connection, listener);
                    // A connection that ends at once (taken over, refused later) must not spin.
                    boolean lasted = System.nanoTime() - begun > LASTED.toNanos();
                    failures = lasted ? 0 : failures + 1;
                }
                if (closing.await(waitMillis(failures), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns null when the attempt failed. */
    private PahoConnection open(ConnectionListener listener) {
        PahoConnection connection = null;
        try {
            connection = new PahoConnection(config, this::dispatch);
            connection.open();
            for (Subscription subscription : subscriptions) {
                connection.subscribe(subscription.filter(), subscription.qos());
            }
        } catch (MqttException e) {
            lastError = PahoErrors.line(e, config);
            if (connection != null) {
                connection.cut();
            }
            listener.connectFailed(lastError);
            return null;
        }
        lastError = "";
        // The listener first: once current is set a publisher may run, and it must know of the new connection.
        listener.connected();
        lock.lock();
        try {
            current = connection;
            connected.signalAll();
        } finally {
            lock.unlock();
        }
        return connection;
    }

    private void watch(PahoConnection connection, ConnectionListener listener) throws InterruptedException {
        while (!connection.awaitEnd(WATCH_MILLIS)) {
            if (closing.getCount() == 0) {
                return;
            }
            if (connection.stalled()) {
                connection.end(
                        "the broker took nothing for " + config.stallTimeout().toMillis() + " ms");
            }
        }
        if (closing.getCount() == 0) {
            return;
        }
        current = null;
        lastError = connection.endReason();
        connection.cut();
        listener.disconnected(lastError);
    }

    private void dispatch(Letter letter) {
        // One subscription in practice; with several, each that could have asked for the topic hears it.
        for (Subscription subscription : subscriptions) {
            if (TopicFilter.matches(subscription.filter(), letter.topic())) {
                subscription.listener().letter(letter);
            }
        }
    }

    private long waitMillis(int failures) {
        long least = config.retryLeast().toMillis();
        if (failures <= 1) {
            return failures == 0 ? least / 10 : least;
        }
        long wait = Math.min(config.retryMost().toMillis(), least + (failures - 1) * Math.max(1, least / 2));
        return Math.max(1, wait - ThreadLocalRandom.current().nextLong(Math.max(1, wait / 10)));
    }

    private MqttProperties properties(int expirySeconds, String contentType) {
        if (expirySeconds != propertiesExpiry || !Objects.equals(contentType, propertiesContentType)) {
            properties = new MqttProperties();
            if (expirySeconds > 0) {
                properties.setMessageExpiryInterval((long) expirySeconds);
            }
            if (contentType != null) {
                properties.setContentType(contentType);
            }
            propertiesExpiry = expirySeconds;
            propertiesContentType = contentType;
        }
        return properties;
    }
}
