/**
 * The demo's other side, in processes of its own: a small MQTT broker and a subscriber that checks every gaze message.
 * Nothing here is used when FlatGaze runs against a real broker.
 */
package org.flatgaze.runtime.broker;
