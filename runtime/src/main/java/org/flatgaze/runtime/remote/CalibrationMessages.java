package org.flatgaze.runtime.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.calibration.session.Answer;
import org.flatgaze.calibration.session.SessionStatus;

/** Payloads of {@code cal/status}, {@code cal/target} and of answers; the fields are those of asyncapi.yaml. */
final class CalibrationMessages {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private CalibrationMessages() {}

    static byte[] status(SessionStatus status) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("v", VERSION);
        root.put("state", status.state().word());
        root.put("session", status.session());
        root.put("index", status.target() == null ? null : status.target().index());
        root.put("total", status.target() == null ? null : status.target().total());
        root.put("profile", status.profile());
        root.put("ended", status.ended());
        root.put("report", status.report());
        return bytes(root);
    }

    static byte[] target(SessionStatus.Target target) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("v", VERSION);
        root.put("session", target.session());
        root.put("index", target.index());
        root.put("total", target.total());
        root.put("yaw", target.direction().yawDeg());
        root.put("pitch", target.direction().pitchDeg());
        root.put("deadline", target.deadlineNanos());
        return bytes(root);
    }

    static byte[] answer(String command, Answer answer) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("v", VERSION);
        root.put("command", command);
        root.put("code", answer.code().word());
        root.put("text", answer.text());
        root.putAll(answer.facts());
        return bytes(root);
    }

    private static byte[] bytes(Map<String, Object> root) {
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }
}
