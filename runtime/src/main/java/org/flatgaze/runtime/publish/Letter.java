package org.flatgaze.runtime.publish;

/**
 * A message with what MQTT 5 says about it beside topic and payload: for the few that are requests, answers or kept.
 *
 * @param payload not copied; must not change
 * @param qos 0 or 1
 * @param retained whether the broker keeps it; of one that arrived, whether it was kept
 * @param contentType null for none
 * @param responseTopic where the sender of a request listens for the answer, null for none
 * @param correlation what an answer carries back to its request, null for none
 */
@SuppressWarnings("ArrayRecordComponent") // a message, never compared
public record Letter(
        String topic,
        byte[] payload,
        int qos,
        boolean retained,
        String contentType,
        String responseTopic,
        byte[] correlation) {

    /** JSON that is no answer, QoS 1. */
    public static Letter json(String topic, byte[] payload, boolean retained) {
        return new Letter(topic, payload, 1, retained, GazeEncoding.JSON.contentType(), null, null);
    }

    /** JSON that answers a request with a response topic, QoS 1. */
    public static Letter answer(Letter request, byte[] payload) {
        return new Letter(
                request.responseTopic(),
                payload,
                1,
                false,
                GazeEncoding.JSON.contentType(),
                null,
                request.correlation());
    }
}
