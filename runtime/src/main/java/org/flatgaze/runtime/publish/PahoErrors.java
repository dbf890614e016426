package org.flatgaze.runtime.publish;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Says in one line what Paho means. */
final class PahoErrors {

    private static final int TIMED_OUT = 32000;
    private static final int BAD_LOGIN = 134;
    private static final int NOT_AUTHORISED = 135;
    private static final int TAKEN_OVER = 142;

    private PahoErrors() {}

    static String line(MqttException error, TransportConfig config) {
        Throwable cause = error.getCause();
        if (cause instanceof UnknownHostException) {
            return "unknown host";
        }
        if (cause instanceof ConnectException) {
            return "nothing answers there (connection refused)";
        }
        if (cause instanceof SocketTimeoutException || error.getReasonCode() == TIMED_OUT) {
            return "no answer within " + config.connectTimeout().toSeconds() + " s";
        }
        return switch (error.getReasonCode()) {
            case BAD_LOGIN -> "user name or password refused";
            case NOT_AUTHORISED -> "not authorised";
            case TAKEN_OVER -> "another client took over the client id " + config.clientId();
            default -> {
                String text = cause == null ? error.getMessage() : String.valueOf(cause.getMessage());
                yield (text + " (code " + error.getReasonCode() + ")").replace('\n', ' ');
            }
        };
    }
}
