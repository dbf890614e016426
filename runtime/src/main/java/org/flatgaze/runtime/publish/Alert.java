package org.flatgaze.runtime.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fault as the retained {@code alert} topic tells it.
 *
 * @param code lower-case word with underscores, for programs
 * @param text one line, for people
 * @param utc when it was noticed
 */
public record Alert(String code, String text, Instant utc) {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    public Alert {
        if (code == null || !code.matches("[a-z0-9_]{1,64}")) {
            throw new IllegalArgumentException("code=" + code + ": expected 1 to 64 of a-z, 0-9 and '_'");
        }
    }

    byte[] payload() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("v", GazeCodec.SCHEMA_VERSION);
        root.put("code", code);
        root.put("text", text);
        root.put("utc", utc.toString());
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("alert cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }
}
