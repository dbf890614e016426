package org.flatgaze.runtime.publish;

import java.time.Duration;

/**
 * A connection to an MQTT 5 broker that looks after itself: once started it connects, and after a loss connects again,
 * until it is closed. What can be on its way at once is bounded here, whatever the client library does.
 *
 * <p>Thread-safe, except that one thread at a time publishes.
 */
public interface MqttTransport extends AutoCloseable {

    /** What became of a message handed to {@link #publish}. */
    enum PublishResult {
        /** On its way. */
        ACCEPTED,
        /** As many messages as allowed are on their way; nothing was taken. */
        WINDOW_FULL,
        /** No connection; nothing was taken. */
        OFFLINE
    }

    /** Hears about the connection on the transport's own thread; must return quickly and not call the transport. */
    interface ConnectionListener {

        /** Hears nothing. */
        ConnectionListener SILENT = new ConnectionListener() {};

        /**
         * The transport's thread begins; called on it before anything else. What it starts takes over its cores and its
         * scheduling class.
         */
        default void onThread() {}

        /** The broker accepted us. */
        default void connected() {}

        /** An established connection is gone; the transport goes on by itself. */
        default void disconnected(String reason) {}

        /** An attempt to connect failed; the next one follows by itself. */
        default void connectFailed(String reason) {}
    }

    /** Receives messages on the transport's own thread; must return quickly and not call the transport. */
    @FunctionalInterface
    interface MessageListener {

        /**
         * One message arrived.
         *
         * @param contentType MQTT 5 content type, null when absent
         */
        void message(String topic, byte[] payload, String contentType);

        /** The same with everything that came with it; for those who answer. */
        default void letter(Letter letter) {
            message(letter.topic(), letter.payload(), letter.contentType());
        }
    }

    /**
     * Subscribes once connected, and again after every reconnect.
     *
     * @param filter topic filter
     * @param qos 0 or 1
     * @throws IllegalStateException if the transport was already started
     */
    void subscribe(String filter, int qos, MessageListener listener);

    /** Starts connecting and returns at once. */
    void connect(ConnectionListener listener);

    /** Waits until there is a connection with all subscriptions in place; false when {@code deadline} passed first. */
    boolean awaitConnected(Duration deadline) throws InterruptedException;

    /**
     * Hands over one message; the bytes are copied.
     *
     * @param expirySeconds seconds after which the broker throws the message away, 0 for never
     * @param contentType MQTT 5 content type, null for none
     */
    PublishResult publish(
            String topic,
            byte[] buffer,
            int offset,
            int length,
            int qos,
            boolean retain,
            int expirySeconds,
            String contentType);

    /** Hands over one message that never expires, with what makes it a request or an answer. */
    PublishResult publish(Letter letter);

    /** Whether there is a connection now. */
    boolean isConnected();

    /** Waits at most {@code nanos} for room for one more message; false when there is none or no connection. */
    boolean awaitRoom(long nanos) throws InterruptedException;

    /** Waits until nothing is on its way any more; false when {@code deadline} passed first or the line is gone. */
    boolean flush(Duration deadline) throws InterruptedException;

    /** Why there is no connection, one line; empty when there is one or nothing was tried yet. */
    String lastError();

    /** Where the broker is, for messages to people. */
    String address();

    /** Disconnects in good order (the last will is not sent) and stops. Never blocks for more than a few seconds. */
    @Override
    void close();
}
