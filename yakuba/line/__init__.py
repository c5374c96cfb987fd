"""line: the wire. Webhook **inbox**, Messaging API, sign-in with LINE, message shapes and their limits, **outgoing** queue.

Every event is stored before it is understood (`intake`), handled once in the order of its person (`inbox`);
everything said is a row first (`operations.say`) and is sent by `sender`.
"""
